CREATE TABLE "events" (
	"experiment_id" text NOT NULL,
	"seq" integer NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "events_experiment_id_seq_pk" PRIMARY KEY("experiment_id","seq"),
	CONSTRAINT "events_type" CHECK ("events"."type" in ('queued', 'claimed', 'started', 'trial-stored', 'requeued', 'lease-revived', 'cancel-requested', 'succeeded', 'failed', 'canceled'))
);
--> statement-breakpoint
CREATE TABLE "experiments" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"labels" jsonb NOT NULL,
	"spec" json NOT NULL,
	"original_text" text NOT NULL,
	"original_media_type" text NOT NULL,
	"schedule" jsonb NOT NULL,
	"cells_count" integer NOT NULL,
	"trials_planned" integer NOT NULL,
	"trials_done" integer DEFAULT 0 NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"reason" text,
	"version" integer DEFAULT 1 NOT NULL,
	"events_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"cancel_requested_at" timestamp (3) with time zone,
	"host" jsonb,
	"targets" json DEFAULT '[]'::json NOT NULL,
	"progress" jsonb,
	"share_version" integer DEFAULT 0 NOT NULL,
	"shared" boolean DEFAULT false NOT NULL,
	"results" json,
	"results_digest" text,
	CONSTRAINT "experiments_status" CHECK ("experiments"."status" in ('queued', 'running', 'succeeded', 'failed', 'canceled')),
	CONSTRAINT "experiments_reason" CHECK (coalesce(case "experiments"."status" when 'failed' then "experiments"."reason" in ('runner-lost', 'deadline', 'no-runner', 'fail-fast', 'no-ok-trial') when 'canceled' then "experiments"."reason" = 'canceled' else "experiments"."reason" is null end, false)),
	CONSTRAINT "experiments_ended" CHECK (("experiments"."ended_at" is not null) = ("experiments"."status" in ('succeeded', 'failed', 'canceled'))),
	CONSTRAINT "experiments_started" CHECK (case "experiments"."status" when 'queued' then "experiments"."started_at" is null when 'running' then "experiments"."started_at" is not null when 'succeeded' then "experiments"."started_at" is not null else true end),
	CONSTRAINT "experiments_progress" CHECK ("experiments"."progress" is null or "experiments"."status" = 'running'),
	CONSTRAINT "experiments_counts" CHECK ("experiments"."cells_count" > 0 and "experiments"."trials_done" between 0 and "experiments"."trials_planned"),
	CONSTRAINT "experiments_shared" CHECK (not "experiments"."shared" or "experiments"."share_version" > 0),
	CONSTRAINT "experiments_results" CHECK (("experiments"."results" is null) = ("experiments"."results_digest" is null)),
	CONSTRAINT "experiments_results_ended" CHECK ("experiments"."results" is null or "experiments"."ended_at" is not null),
	CONSTRAINT "experiments_results_digest" CHECK ("experiments"."results_digest" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"experiment_id" text NOT NULL,
	"project_id" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"reason" text,
	"needs" text[] NOT NULL,
	"runner_labels" jsonb NOT NULL,
	"timeout_s" double precision NOT NULL,
	"queue_timeout_s" double precision NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"fruitless_attempts" integer DEFAULT 0 NOT NULL,
	"attempt_fruitless" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"queued_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"claimed_at" timestamp (3) with time zone,
	"attempt_started_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"runner_id" text,
	"host_id" text,
	"lease_id" text,
	"lease_expires_at" timestamp (3) with time zone,
	"claim_key" text,
	CONSTRAINT "jobs_experiment_id_unique" UNIQUE("experiment_id"),
	CONSTRAINT "jobs_lease_id_unique" UNIQUE("lease_id"),
	CONSTRAINT "jobs_state" CHECK ("jobs"."state" in ('queued', 'claimed', 'running', 'canceling', 'succeeded', 'failed', 'canceled')),
	CONSTRAINT "jobs_reason" CHECK (coalesce(case "jobs"."state" when 'failed' then "jobs"."reason" in ('runner-lost', 'deadline', 'no-runner', 'fail-fast', 'no-ok-trial') when 'canceled' then "jobs"."reason" = 'canceled' else "jobs"."reason" is null end, false)),
	CONSTRAINT "jobs_ended" CHECK (("jobs"."ended_at" is not null) = ("jobs"."state" in ('succeeded', 'failed', 'canceled'))),
	CONSTRAINT "jobs_lease" CHECK (("jobs"."lease_expires_at" is not null) = ("jobs"."state" in ('claimed', 'running', 'canceling'))),
	CONSTRAINT "jobs_held" CHECK (not ("jobs"."state" in ('claimed', 'running', 'canceling')) or ("jobs"."lease_id" is not null and "jobs"."runner_id" is not null and "jobs"."host_id" is not null and "jobs"."claimed_at" is not null and "jobs"."attempt" > 0)),
	CONSTRAINT "jobs_succeeded" CHECK ("jobs"."state" <> 'succeeded' or "jobs"."started_at" is not null),
	CONSTRAINT "jobs_running" CHECK ("jobs"."state" <> 'running' or "jobs"."attempt_started_at" is not null),
	CONSTRAINT "jobs_claimed" CHECK ("jobs"."state" <> 'claimed' or "jobs"."attempt_started_at" is null),
	CONSTRAINT "jobs_started" CHECK ("jobs"."attempt_started_at" is null or "jobs"."started_at" is not null),
	CONSTRAINT "jobs_deadline" CHECK (("jobs"."started_at" is null) = ("jobs"."deadline_at" is null)),
	CONSTRAINT "jobs_needs" CHECK (cardinality("jobs"."needs") > 0),
	CONSTRAINT "jobs_timeouts" CHECK ("jobs"."timeout_s" > 0 and "jobs"."queue_timeout_s" > 0),
	CONSTRAINT "jobs_attempts" CHECK ("jobs"."generation" >= 1 and "jobs"."attempt" >= 0 and "jobs"."fruitless_attempts" between 0 and "jobs"."attempt")
);
--> statement-breakpoint
CREATE TABLE "first_operator" (
	"singleton" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"key_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "first_operator_singleton" CHECK ("first_operator"."singleton" = 1)
);
--> statement-breakpoint
CREATE TABLE "keys" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"scopes" text[] NOT NULL,
	"prefix" text NOT NULL,
	"last_four" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "keys_hash_unique" UNIQUE("hash"),
	CONSTRAINT "keys_type" CHECK ("keys"."type" in ('user', 'runner', 'operator')),
	CONSTRAINT "keys_hash" CHECK ("keys"."hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "keys_last_four" CHECK (length("keys"."last_four") = 4)
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runners" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text,
	"host_id" text NOT NULL,
	"session_id" text NOT NULL,
	"session_started_at" timestamp (3) with time zone NOT NULL,
	"fingerprint" jsonb NOT NULL,
	"fingerprint_digest" text NOT NULL,
	"version" text NOT NULL,
	"labels" jsonb NOT NULL,
	"targets" json NOT NULL,
	"offer_keys" text[] NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "runners_session_id_unique" UNIQUE("session_id"),
	CONSTRAINT "runners_project_host" UNIQUE NULLS NOT DISTINCT("project_id","host_id")
);
--> statement-breakpoint
CREATE TABLE "service_clock" (
	"singleton" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"service_seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "service_clock_singleton" CHECK ("service_clock"."singleton" = 1)
);
--> statement-breakpoint
CREATE TABLE "trials" (
	"id" text PRIMARY KEY NOT NULL,
	"experiment_id" text NOT NULL,
	"job_id" text NOT NULL,
	"generation" integer NOT NULL,
	"attempt" integer NOT NULL,
	"cell" text NOT NULL,
	"block" integer NOT NULL,
	"run" integer NOT NULL,
	"position" integer NOT NULL,
	"state" text NOT NULL,
	"digest" text NOT NULL,
	"body" text NOT NULL,
	"stored_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "trials_once" UNIQUE("job_id","generation","cell","block","run"),
	CONSTRAINT "trials_state" CHECK ("trials"."state" in ('ok', 'error', 'skipped')),
	CONSTRAINT "trials_digest" CHECK ("trials"."digest" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "trials_place" CHECK ("trials"."generation" >= 1 and "trials"."attempt" >= 1 and "trials"."block" >= 1 and "trials"."run" in (1, 2) and "trials"."position" >= 1)
);
--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_experiment_id_experiments_id_fk" FOREIGN KEY ("experiment_id") REFERENCES "public"."experiments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "experiments" ADD CONSTRAINT "experiments_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_experiment_id_experiments_id_fk" FOREIGN KEY ("experiment_id") REFERENCES "public"."experiments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_runner_id_runners_id_fk" FOREIGN KEY ("runner_id") REFERENCES "public"."runners"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "keys" ADD CONSTRAINT "keys_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runners" ADD CONSTRAINT "runners_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trials" ADD CONSTRAINT "trials_experiment_id_experiments_id_fk" FOREIGN KEY ("experiment_id") REFERENCES "public"."experiments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trials" ADD CONSTRAINT "trials_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "experiments_newest" ON "experiments" USING btree ("project_id","created_at","id");--> statement-breakpoint
CREATE INDEX "jobs_queue" ON "jobs" USING btree ("created_at","id") WHERE "jobs"."state" = 'queued';--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_one_live_per_runner" ON "jobs" USING btree ("runner_id") WHERE "jobs"."state" in ('claimed', 'running', 'canceling');--> statement-breakpoint
CREATE INDEX "jobs_unended" ON "jobs" USING btree ("id") WHERE "jobs"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "runners_seen" ON "runners" USING btree ("project_id","last_seen_at");--> statement-breakpoint
CREATE INDEX "trials_in_order" ON "trials" USING btree ("experiment_id","generation","position","run");