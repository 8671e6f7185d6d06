package outbox

import (
	"context"
	"time"

	"magpie/store"
)

const (
	heartbeat  = time.Second
	beatWithin = 3 * time.Second
	deadAfter  = 8 * time.Second // without a heartbeat
)

// dbMillis is PostgreSQL's clock, which all processes share.
const dbMillis = "(extract(epoch from clock_timestamp()) * 1000)::bigint"

// beat says again and again that this process lives, whatever else waits for a lock.
func (o *Outbox) beat() {
	o.everyBeat(beatWithin, "say that this process lives", o.sayAlive)
}

// watchOthers takes over, again and again, what processes that died have left.
func (o *Outbox) watchOthers() {
	o.everyBeat(10*time.Second, "take over the jobs of dead processes", o.takeOver)
}

func (o *Outbox) everyBeat(within time.Duration, doing string, do func(context.Context) error) {
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-o.stopping:
			return
		case <-ticker.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), within)
		if err := do(ctx); err != nil {
			o.Log.Error(doing, "error", err)
		}
		cancel()
	}
}

func (o *Outbox) sayAlive(ctx context.Context) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "insert into process (id, seen_at) values ($1, "+dbMillis+") on conflict (id) do update set seen_at = excluded.seen_at", o.process)
		return err
	})
}

// takeOver frees the jobs of processes that no longer say that they live. A job that is
// freed is another from then on: one that slept, and wakes in the middle of it, finds that
// it is gone, and cannot end it for whoever does it now. What a frozen process has locked
// is left until its session is ended.
func (o *Outbox) takeOver(ctx context.Context) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "delete from process where id in (select id from process where seen_at < "+dbMillis+" - $1 for update skip locked)", deadAfter.Milliseconds()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `with dead as (
				delete from river_job where id in (select id from river_job where state = 'running'
					and not exists (select 1 from process where process.id = attempted_by[array_upper(attempted_by, 1)]) for update skip locked) returning *
			), freed as (
				select nextval(pg_get_serial_sequence('river_job', 'id')) as fresh, dead.* from dead
			), written as (
				insert into river_job (id, args, attempt, attempted_at, attempted_by, created_at, errors, kind, max_attempts, metadata, priority, queue, state, scheduled_at, tags, unique_key, unique_states)
				select fresh, args, attempt, attempted_at, attempted_by, created_at, errors, kind, max_attempts, metadata, priority, queue, 'available', scheduled_at, tags, unique_key, unique_states from freed
			)
			update broadcast_batch set job = freed.fresh from freed where broadcast_batch.job = freed.id`); err != nil {
			return err
		}
		return o.sortOld(ctx, tx)
	})
}
