package jobs

import (
	"context"
	"database/sql"
	"fmt"

	"magpie/store"
)

// Bring copies the jobs that are not finished from PostgreSQL to SQLite, as Move does the
// other way. River on SQLite compares times as texts of one form, and keeps JSON as jsonb.
func (Mover) Bring(ctx context.Context, from store.Queryer, to *store.Tx) (brought int64, err error) {
	const at = `to_char(%s at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')`
	rows, err := from.Query(ctx, fmt.Sprintf(`select id, args::text, attempt, `+at+`, to_json(attempted_by)::text, `+at+`, to_json(errors)::text, kind, max_attempts, metadata::text, priority, queue,
		case when state = 'running' then 'available' else state::text end, `+at+`, to_json(tags)::text, unique_key, unique_states::int
		from river_job where finalized_at is null order by id`, "attempted_at", "created_at", "scheduled_at"))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, attempt, most, priority int64
		var args, created, kind, meta, queue, state, scheduled, tags string
		var attempted, by, errs sql.NullString
		var key []byte
		var states sql.NullInt64
		if err := rows.Scan(&id, &args, &attempt, &attempted, &by, &created, &errs, &kind, &most, &meta, &priority, &queue, &state, &scheduled, &tags, &key, &states); err != nil {
			return brought, err
		}
		if _, err := to.Exec(ctx, `insert into river_job (id, args, attempt, attempted_at, attempted_by, created_at, errors, kind, max_attempts, metadata, priority, queue,
				state, scheduled_at, tags, unique_key, unique_states)
			values ($1, jsonb($2), $3, $4, jsonb($5), $6, jsonb($7), $8, $9, jsonb($10), $11, $12, $13, $14, jsonb($15), $16, $17)`,
			id, args, attempt, attempted, by, created, errs, kind, most, meta, priority, queue, state, scheduled, tags, key, states); err != nil {
			return brought, fmt.Errorf("job %d, %s: %w", id, kind, err)
		}
		brought++
	}
	return brought, rows.Err()
}
