package jobs

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

// OnReplace has then called, before Open, in the transaction in which a job that was taken
// over becomes another: whoever names the job it was names the one it is from then on.
func (j *Jobs) OnReplace(then func(ctx context.Context, tx *store.Tx, was, is int64) error) {
	j.replaced = append(j.replaced, then)
}

// recover frees, at start, what the process before this one held. On SQLite that is
// everything: this process has the file to itself. The scheduler's lease would hold
// jobs that wait for their time for some 18 s.
func (j *Jobs) recover(ctx context.Context) error {
	if j.DB.Postgres() {
		if err := j.sayAlive(ctx); err != nil {
			return err
		}
		return j.takeOver(ctx)
	}
	return j.DB.Update(ctx, func(tx *store.Tx) error {
		for _, statement := range []string{
			"update river_job set state = 'available' where state = 'running'",
			"delete from river_leader",
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return j.rename(ctx, tx)
	})
}

// live looks for what is due, and has this process live beside others, which only
// PostgreSQL knows.
func (j *Jobs) live() {
	j.living.Go(func() { j.everyBeat(beatWithin, "look for jobs that are due", j.lookForDue) })
	if !j.DB.Postgres() {
		return
	}
	j.living.Go(func() { j.everyBeat(beatWithin, "say that this process lives", j.sayAlive) })
	j.living.Go(func() { j.everyBeat(10*time.Second, "take over the jobs of dead processes", j.takeOver) })
}

// everyBeat does something again and again, whatever else waits for a lock.
func (j *Jobs) everyBeat(within time.Duration, doing string, do func(context.Context) error) {
	store.Every(j.life.Done(), heartbeat, func() {
		ctx, cancel := context.WithTimeout(j.life, within)
		defer cancel()
		if err := do(ctx); err != nil && j.life.Err() == nil {
			j.Log.Error(doing, "error", err)
		}
	})
}

func (j *Jobs) sayAlive(ctx context.Context) error {
	return j.DB.Update(ctx, func(tx *store.Tx) error {
		tx.Quietly()
		_, err := tx.Exec(ctx, "insert into process (id, seen_at) values ($1, "+dbMillis+") on conflict (id) do update set seen_at = excluded.seen_at", j.process)
		return err
	})
}

// takeOver frees the jobs of processes that no longer say that they live. A job that is
// freed is another from then on: one that slept, and wakes in the middle of it, finds that
// it is gone, and cannot end it for whoever does it now. What a frozen process has locked
// is left until its session is ended.
func (j *Jobs) takeOver(ctx context.Context) error {
	var some bool
	err := j.DB.QueryRow(ctx, `select exists (select 1 from process where seen_at < `+dbMillis+` - $1)
		or exists (select 1 from river_job where state = 'running' and not exists (select 1 from process where process.id = attempted_by[array_upper(attempted_by, 1)]))
		or exists (select 1 from river_job where `+formerName+`)`, deadAfter.Milliseconds()).Scan(&some)
	if err != nil || !some {
		return err
	}
	return j.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "delete from process where id in (select id from process where seen_at < "+dbMillis+" - $1 for update skip locked)", deadAfter.Milliseconds()); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `with dead as (
				delete from river_job where id in (select id from river_job where state = 'running'
					and not exists (select 1 from process where process.id = attempted_by[array_upper(attempted_by, 1)]) for update skip locked) returning *
			), freed as (
				select nextval(pg_get_serial_sequence('river_job', 'id')) as fresh, dead.* from dead
			), written as (
				insert into river_job (id, args, attempt, attempted_at, attempted_by, created_at, errors, kind, max_attempts, metadata, priority, queue, state, scheduled_at, tags, unique_key, unique_states)
				select fresh, args, attempt, attempted_at, attempted_by, created_at, errors, kind, max_attempts, metadata, priority, queue, 'available', scheduled_at, tags, unique_key, unique_states from freed
			)
			select id, fresh from freed`)
		if err != nil {
			return err
		}
		freed := map[int64]int64{}
		for rows.Next() {
			var was, is int64
			if err := rows.Scan(&was, &is); err != nil {
				rows.Close()
				return err
			}
			freed[was] = is
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return err
		}
		for was, is := range freed {
			for _, then := range j.replaced {
				if err := then(ctx, tx, was, is); err != nil {
					return err
				}
			}
		}
		return j.rename(ctx, tx)
	})
}

// formerName says of a job that it waits under the name that all once had.
const formerName = "kind = 'neighbour' and state in ('available', 'retryable', 'scheduled')"

// rename gives the jobs that all rooms once wrote under one name, into one queue, the names
// and queues of their own. A magpie of before leaves such jobs; beside one that still runs
// on the same PostgreSQL there come more.
func (j *Jobs) rename(ctx context.Context, tx *store.Tx) error {
	asIs, after := "jsonb(args -> 'args')", "jsonb_object('after', args -> 'args')"
	if j.DB.Postgres() {
		asIs, after = "args -> 'args'", "jsonb_build_object('after', args -> 'args')"
	}
	names, err := store.Column[string](tx.Query(ctx, "select distinct args ->> 'name' from river_job where "+formerName))
	if err != nil {
		return err
	}
	for _, name := range names {
		is, args := name, asIs
		if name == "draw open cards" {
			is, args = "draw_open", after
		}
		work, known := j.works[is]
		if !known {
			continue
		}
		if _, err := tx.Exec(ctx, "update river_job set kind = $2, queue = $3, args = "+args+" where "+formerName+" and args ->> 'name' = $1", name, is, string(work.queue)); err != nil {
			return err
		}
	}
	return nil
}
