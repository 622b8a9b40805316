CREATE TABLE "idempotency" (
	"project_id" text NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"body_digest" text NOT NULL,
	"status" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_project_id_operation_key_pk" PRIMARY KEY("project_id","operation","key"),
	CONSTRAINT "idempotency_digest" CHECK ("idempotency"."body_digest" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "idempotency_status" CHECK ("idempotency"."status" between 200 and 299)
);
--> statement-breakpoint
CREATE TABLE "report_pages" (
	"experiment_id" text PRIMARY KEY NOT NULL,
	"made_from" text NOT NULL,
	"html_gzip" "bytea" NOT NULL,
	"headers" text NOT NULL,
	"rendered_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"key_id" text NOT NULL,
	"sealed" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sealed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "secrets_purpose_unique" UNIQUE("purpose")
);
--> statement-breakpoint
DROP INDEX "jobs_queue";--> statement-breakpoint
ALTER TABLE "experiments" ADD COLUMN "results_version" integer;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "max_queued" integer DEFAULT 1000 NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "retention_days" integer;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "last_claimed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "runners" ADD COLUMN "draining" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "trials" ADD COLUMN "summary" text;--> statement-breakpoint
ALTER TABLE "trials" ADD COLUMN "summary_version" integer;--> statement-breakpoint
ALTER TABLE "idempotency" ADD CONSTRAINT "idempotency_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_pages" ADD CONSTRAINT "report_pages_experiment_id_experiments_id_fk" FOREIGN KEY ("experiment_id") REFERENCES "public"."experiments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_oldest" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "experiments_by_status" ON "experiments" USING btree ("project_id","status","created_at","id");--> statement-breakpoint
CREATE INDEX "experiments_labels" ON "experiments" USING gin ("labels" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "experiments_ended_at" ON "experiments" USING btree ("project_id","ended_at") WHERE "experiments"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "jobs_queue" ON "jobs" USING btree ("project_id","created_at","id") WHERE "jobs"."state" = 'queued';--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_name_unique" UNIQUE("name");--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_max_queued" CHECK ("projects"."max_queued" >= 0);--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_retention" CHECK ("projects"."retention_days" is null or "projects"."retention_days" > 0);