package jobs

import (
	"context"
	"fmt"

	"magpie/store"
)

// Bring copies the jobs that are not finished from PostgreSQL to SQLite, as Move does the
// other way. River on SQLite compares times as texts of one form, and keeps JSON as jsonb.
func (Mover) Bring(ctx context.Context, from store.Queryer, to *store.Tx) (brought int64, err error) {
	at := func(column string) string {
		return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') as " + column
	}
	for job, err := range store.Each[carried](from.Query(ctx, `select id, args::text, attempt, `+at("attempted_at")+`, to_json(attempted_by)::text as attempted_by, `+at("created_at")+`,
		to_json(errors)::text as errors, kind, max_attempts, metadata::text, priority, queue, case when state = 'running' then 'available' else state::text end as state, `+at("scheduled_at")+`,
		to_json(tags)::text as tags, unique_key, unique_states::int from river_job where finalized_at is null order by id`)) {
		if err != nil {
			return brought, err
		}
		if _, err := to.Exec(ctx, `insert into river_job (id, args, attempt, attempted_at, attempted_by, created_at, errors, kind, max_attempts, metadata, priority, queue,
				state, scheduled_at, tags, unique_key, unique_states)
			values ($1, jsonb($2), $3, $4, jsonb($5), $6, jsonb($7), $8, $9, jsonb($10), $11, $12, $13, $14, jsonb($15), $16, $17)`,
			job.values()...); err != nil {
			return brought, fmt.Errorf("job %d, %s: %w", job.ID, job.Kind, err)
		}
		brought++
	}
	return brought, nil
}
