package jobs

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"magpie/store"
)

// Mover moves jobs from SQLite to PostgreSQL; see store.Move.
type Mover struct{ Log *slog.Logger }

// Prepare makes the tables of jobs.
func (m Mover) Prepare(ctx context.Context, db *store.DB) error {
	log := slog.New(quiet{m.Log.Handler()})
	return migrate(ctx, db, log)
}

// migrate brings the jobs' tables up to date, once for all processes.
func migrate(ctx context.Context, db *store.DB, log *slog.Logger) error {
	return db.Locked(ctx, log, func() error {
		if !db.Postgres() {
			return migrateWith(ctx, riversqlite.New(db.Writer), log)
		}
		if isUpToDate(ctx, db, log) {
			return nil
		}
		return db.Unbounded(ctx, func(pool *pgxpool.Pool) error { return migrateWith(ctx, riverpgxv5.New(pool), log) })
	})
}

// isUpToDate spares most starts connections of their own for a migration.
func isUpToDate(ctx context.Context, db *store.DB, log *slog.Logger) bool {
	migrator, err := rivermigrate.New(riverpgxv5.New(db.Pool), &rivermigrate.Config{Logger: log})
	if err != nil {
		return false
	}
	found, err := migrator.Validate(ctx, nil)
	return err == nil && found.OK
}

func migrateWith[TTx any](ctx context.Context, driver riverdriver.Driver[TTx], log *slog.Logger) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: log})
	if err == nil {
		_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	return err
}

// Move copies the jobs that are not finished, by their ids, which requests refer to.
// What was under way is free to be taken up, as it is after a crash. Finished jobs and
// what the queue knows of its processes are nobody's any more.
func (Mover) Move(ctx context.Context, from store.Queryer, to *store.Tx) (moved int64, err error) {
	if err := to.QueryRow(ctx, "select count(*) from river_job").Scan(&moved); err != nil || moved > 0 {
		return 0, cmp.Or(err, fmt.Errorf("the target holds %d jobs already", moved))
	}
	// SQLite keeps JSON in a form of its own, and times as texts.
	for job, err := range store.Each[carried](from.Query(ctx, `select id, json(args) as args, attempt, cast(unixepoch(attempted_at, 'subsec') * 1000 as integer) as attempted_at,
		json(attempted_by) as attempted_by, cast(unixepoch(created_at, 'subsec') * 1000 as integer) as created_at, json(errors) as errors, kind, max_attempts,
		json(metadata) as metadata, priority, queue, case state when 'running' then 'available' else state end as state,
		cast(unixepoch(scheduled_at, 'subsec') * 1000 as integer) as scheduled_at, json(tags) as tags, unique_key, unique_states
		from river_job where finalized_at is null order by id`)) {
		if err != nil {
			return moved, err
		}
		if _, err := to.Exec(ctx, `insert into river_job (id, args, attempt, attempted_at, attempted_by, created_at, errors, kind, max_attempts, metadata, priority, queue,
				state, scheduled_at, tags, unique_key, unique_states)
			values ($1, $2::text::jsonb, $3, to_timestamp($4::bigint / 1000.0), array(select jsonb_array_elements_text($5::text::jsonb)), to_timestamp($6::bigint / 1000.0),
				array(select jsonb_array_elements($7::text::jsonb)), $8, $9, $10::text::jsonb, $11, $12, $13::text::river_job_state, to_timestamp($14::bigint / 1000.0),
				array(select jsonb_array_elements_text($15::text::jsonb)), $16, $17::bigint::int::bit(8))`,
			job.values()...); err != nil {
			return moved, fmt.Errorf("job %d, %s: %w", job.ID, job.Kind, err)
		}
		moved++
	}
	return moved, nil
}

// carried is a job between two databases: what may be null, and times, are as the one that
// is read writes them for the other.
type carried struct {
	ID          int64  `db:"id"`
	Args        string `db:"args"`
	Attempt     int64  `db:"attempt"`
	AttemptedAt any    `db:"attempted_at"`
	AttemptedBy any    `db:"attempted_by"`
	CreatedAt   any    `db:"created_at"`
	Errors      any    `db:"errors"`
	Kind        string `db:"kind"`
	MaxAttempts int64  `db:"max_attempts"`
	Metadata    string `db:"metadata"`
	Priority    int64  `db:"priority"`
	Queue       string `db:"queue"`
	State       string `db:"state"`
	ScheduledAt any    `db:"scheduled_at"`
	Tags        string `db:"tags"`
	Key         []byte `db:"unique_key"`
	States      any    `db:"unique_states"`
}

// values are in the order in which both databases are told them.
func (c carried) values() []any {
	return []any{c.ID, c.Args, c.Attempt, c.AttemptedAt, c.AttemptedBy, c.CreatedAt, c.Errors, c.Kind, c.MaxAttempts, c.Metadata, c.Priority, c.Queue, c.State, c.ScheduledAt, c.Tags, c.Key, c.States}
}
