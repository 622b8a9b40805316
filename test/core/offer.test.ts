import { describe, expect, it } from 'vitest';
import { reaches } from '../../src/core/offer.ts';

const runner = { project_id: 'prj_1', offer_keys: ['fastapi/uvicorn', 'django/uvicorn'], labels: { arch: 'x86_64' } };
const job = { project_id: 'prj_1', needs: ['fastapi/uvicorn'], runner_labels: {} };

describe('reaches', () => {
  it.each([
    ['a job of its project whose needs it offers', {}, true],
    ['a job with a label that it has', { runner_labels: { arch: 'x86_64' } }, true],
    ['a job of another project', { project_id: 'prj_2' }, false],
    ['a job that needs more than it offers', { needs: ['fastapi/uvicorn', 'flask/uvicorn'] }, false],
    ['a job with a label that it lacks', { runner_labels: { disk: 'nvme' } }, false],
    ['a job with another value of a label', { runner_labels: { arch: 'arm64' } }, false],
  ])('%s: decides whether a runner may have it', (_, changes, expected) => {
    expect(reaches(runner, { ...job, ...changes })).toBe(expected);
  });

  it('lets a shared runner have jobs of every project', () => {
    expect(reaches({ ...runner, project_id: null }, { ...job, project_id: 'prj_2' })).toBe(true);
  });
});
