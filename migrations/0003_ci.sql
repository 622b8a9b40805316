CREATE TABLE "hook_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"hook_id" text NOT NULL,
	"delivery_key" text NOT NULL,
	"body_digest" text NOT NULL,
	"event" text NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"outcome" text NOT NULL,
	"says" text NOT NULL,
	"experiment_id" text,
	"pull_request" integer,
	"head_sha" text,
	CONSTRAINT "hook_deliveries_key" UNIQUE("hook_id","delivery_key"),
	CONSTRAINT "hook_deliveries_body" UNIQUE("hook_id","body_digest"),
	CONSTRAINT "hook_deliveries_outcome" CHECK ("hook_deliveries"."outcome" in ('started', 'ignored', 'waiting-approval', 'canceled', 'stale', 'invalid', 'pong')),
	CONSTRAINT "hook_deliveries_digest" CHECK ("hook_deliveries"."body_digest" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "hooks" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"provider" text NOT NULL,
	"repo" text,
	"events" text[] NOT NULL,
	"branches" text[] NOT NULL,
	"template" json NOT NULL,
	"api_url" text,
	"comment" text DEFAULT 'failure' NOT NULL,
	"has_token" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"previous_until" timestamp (3) with time zone,
	CONSTRAINT "hooks_name" UNIQUE("project_id","name"),
	CONSTRAINT "hooks_provider" CHECK ("hooks"."provider" in ('github', 'gitlab', 'generic')),
	CONSTRAINT "hooks_comment" CHECK ("hooks"."comment" in ('never', 'failure', 'always'))
);
--> statement-breakpoint
CREATE TABLE "pull_requests" (
	"hook_id" text NOT NULL,
	"repo" text NOT NULL,
	"number" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"is_open" boolean NOT NULL,
	"fork" boolean NOT NULL,
	"head_sha" text NOT NULL,
	"base_sha" text,
	"branch" text,
	"approved_sha" text,
	"experiment_id" text,
	"waiting" jsonb,
	"comment_id" text,
	CONSTRAINT "pull_requests_hook_id_repo_number_pk" PRIMARY KEY("hook_id","repo","number"),
	CONSTRAINT "pull_requests_number" CHECK ("pull_requests"."number" > 0),
	CONSTRAINT "pull_requests_waiting" CHECK ("pull_requests"."waiting" is null or ("pull_requests"."is_open" and "pull_requests"."fork" and "pull_requests"."experiment_id" is null))
);
--> statement-breakpoint
CREATE TABLE "series" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"main_branch" text DEFAULT 'main' NOT NULL,
	"baseline_experiment_id" text,
	"baseline_set_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "series_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"project_id" text NOT NULL,
	"kind" text NOT NULL,
	"webhook_id" text,
	"hook_id" text,
	"event" text NOT NULL,
	"experiment_id" text,
	"subject" text,
	"payload" json NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now(),
	"leased_until" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "deliveries_kind" CHECK ("deliveries"."kind" in ('webhook', 'commit-status', 'comment')),
	CONSTRAINT "deliveries_state" CHECK ("deliveries"."state" in ('pending', 'succeeded', 'failed', 'dropped')),
	CONSTRAINT "deliveries_to" CHECK (case "deliveries"."kind" when 'webhook' then "deliveries"."webhook_id" is not null else "deliveries"."hook_id" is not null end),
	CONSTRAINT "deliveries_subject" CHECK (("deliveries"."subject" is null) = ("deliveries"."kind" = 'webhook')),
	CONSTRAINT "deliveries_ended" CHECK (("deliveries"."ended_at" is null) = ("deliveries"."state" = 'pending')),
	CONSTRAINT "deliveries_next" CHECK (("deliveries"."next_attempt_at" is null) = ("deliveries"."state" <> 'pending'))
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"delivery_id" text NOT NULL,
	"n" integer NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"status" integer,
	"error" text,
	"duration_ms" integer NOT NULL,
	"answer" text DEFAULT '' NOT NULL,
	CONSTRAINT "delivery_attempts_delivery_id_n_pk" PRIMARY KEY("delivery_id","n")
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"url" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"events" text[] NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"disabled_reason" text,
	"previous_until" timestamp (3) with time zone,
	CONSTRAINT "webhooks_disabled" CHECK (("webhooks"."disabled_at" is null) = ("webhooks"."disabled_reason" is null))
);
--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_type";--> statement-breakpoint
ALTER TABLE "experiments" ADD COLUMN "series" text;--> statement-breakpoint
ALTER TABLE "experiments" ADD COLUMN "origin" jsonb;--> statement-breakpoint
ALTER TABLE "experiments" ADD COLUMN "verdict" text;--> statement-breakpoint
ALTER TABLE "runners" ADD COLUMN "offline_since" timestamp (3) with time zone DEFAULT now();--> statement-breakpoint
ALTER TABLE "service_clock" ADD COLUMN "back_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "hook_deliveries" ADD CONSTRAINT "hook_deliveries_hook_id_hooks_id_fk" FOREIGN KEY ("hook_id") REFERENCES "public"."hooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hooks" ADD CONSTRAINT "hooks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_hook_id_hooks_id_fk" FOREIGN KEY ("hook_id") REFERENCES "public"."hooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "series" ADD CONSTRAINT "series_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "series" ADD CONSTRAINT "series_baseline_experiment_id_experiments_id_fk" FOREIGN KEY ("baseline_experiment_id") REFERENCES "public"."experiments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_hook_id_hooks_id_fk" FOREIGN KEY ("hook_id") REFERENCES "public"."hooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_experiment_id_experiments_id_fk" FOREIGN KEY ("experiment_id") REFERENCES "public"."experiments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_attempts" ADD CONSTRAINT "delivery_attempts_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "hook_deliveries_newest" ON "hook_deliveries" USING btree ("hook_id","received_at","id");--> statement-breakpoint
CREATE INDEX "hook_deliveries_oldest" ON "hook_deliveries" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "hook_deliveries_waiting" ON "hook_deliveries" USING btree ("hook_id","pull_request") WHERE "hook_deliveries"."outcome" = 'waiting-approval';--> statement-breakpoint
CREATE INDEX "pull_requests_closed" ON "pull_requests" USING btree ("updated_at") WHERE not "pull_requests"."is_open";--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("next_attempt_at","id") WHERE "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "deliveries_of_webhook" ON "deliveries" USING btree ("webhook_id","seq");--> statement-breakpoint
CREATE INDEX "deliveries_of_hook" ON "deliveries" USING btree ("hook_id","kind","subject","seq") WHERE "deliveries"."hook_id" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_of_experiment" ON "deliveries" USING btree ("experiment_id");--> statement-breakpoint
CREATE INDEX "deliveries_oldest" ON "deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "webhooks_project" ON "webhooks" USING btree ("project_id","id");--> statement-breakpoint
CREATE INDEX "experiments_series" ON "experiments" USING btree ("project_id","series","created_at","id") WHERE "experiments"."series" is not null;--> statement-breakpoint
CREATE INDEX "experiments_unjudged" ON "experiments" USING btree ("id") WHERE "experiments"."ended_at" is not null and "experiments"."verdict" is null;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_type" CHECK ("events"."type" in ('queued', 'claimed', 'started', 'trial-stored', 'requeued', 'lease-revived', 'cancel-requested', 'succeeded', 'failed', 'canceled', 'judged'));--> statement-breakpoint
ALTER TABLE "experiments" ADD CONSTRAINT "experiments_verdict" CHECK ("experiments"."verdict" is null or ("experiments"."ended_at" is not null and "experiments"."verdict" in ('passed', 'failed', 'inconclusive', 'none')));--> statement-breakpoint
UPDATE "experiments" SET "verdict" = 'none' WHERE "ended_at" IS NOT NULL;
