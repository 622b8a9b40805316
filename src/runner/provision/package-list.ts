import { foreignText } from '../../core/foreign-text.ts';
import { MAX_PACKAGE_NAME_LENGTH, MAX_PACKAGES, MAX_VERSION_LENGTH } from '../../core/trial-result.ts';

/** Names and versions as code from git tells them, fit to be stored; empty where it tells something else. */
export function packageList(told: unknown): Record<string, string> {
  if (typeof told !== 'object' || told === null) return {};
  const entries = Object.entries(told).flatMap(([name, version]) =>
    typeof version === 'string'
      ? [[foreignText(name, MAX_PACKAGE_NAME_LENGTH), foreignText(version, MAX_VERSION_LENGTH)] as const]
      : [],
  );
  return Object.fromEntries(entries.slice(0, MAX_PACKAGES));
}

/** The same of what npm leaves beside what it has installed. */
export function npmPackageList(text: string | null): Record<string, string> {
  const packages = field(parsed(text), 'packages');
  if (typeof packages !== 'object' || packages === null) return {};
  const entries = Object.entries(packages).map(([at, of]) => [at.replace(/^node_modules\//, ''), field(of, 'version')]);
  return packageList(Object.fromEntries(entries));
}

export function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
