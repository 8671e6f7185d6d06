package schedules

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/zones"
)

// zoneSetting is where the database keeps the newest release of zone data that next
// fires were computed by, as zones.Data.Number says it.
const zoneSetting = "zone_data"

// applyZoneData computes every next fire anew where this process knows the zones better
// than whoever computed them, and tells where one moves. Of several processes one does.
func (s *Schedules) applyZoneData(ctx context.Context, data *zones.Data) error {
	active, err := s.list(ctx, "s.state = 'active' and s.next_at > 0 order by s.id")
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		newer, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value where setting.value < excluded.value",
			zoneSetting, data.Number())
		if err != nil || newer == 0 {
			return err
		}
		s.Log.Info("next fires are computed by newer zone data", "zones", data.String(), "schedules", len(active))
		for _, one := range active {
			if err := s.applyRules(ctx, tx, one, data); err != nil {
				return err
			}
		}
		return nil
	})
}

// applyRules moves one schedule's next fire to where the zone's rules of today have it.
// A recurring one that is due already is left to the ticker.
func (s *Schedules) applyRules(ctx context.Context, tx *store.Tx, one Schedule, data *zones.Data) error {
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	next, now := spec.At, s.Now()
	if !spec.IsOnce() {
		if !one.Next.After(now) {
			return nil
		}
		// One that was claimed ahead, for its approval, has had its run.
		var claimed int64
		if err := tx.QueryRow(ctx, "select coalesce(max(fire_at), 0) from schedule_run where schedule = $1 and fire_at > $2", one.ID, store.Millis(now)).Scan(&claimed); err != nil {
			return err
		}
		if next = spec.Next(now); claimed > 0 {
			next = spec.Next(store.Time(claimed))
		}
	}
	if next.Equal(one.Next) || next.IsZero() {
		return nil
	}
	moved, err := s.move(ctx, tx, one, next)
	if err != nil || !moved {
		return err
	}
	if err := s.note(ctx, tx, one.ID, "", "moved"); err != nil {
		return err
	}
	return s.notify(ctx, tx, one, cards.Card{Body: []cards.Text{cards.T("schedule.moved",
		"name", cards.Code(one.Name), "zone", cards.Code(one.Terms.Zone), "version", data.Version,
		"before", Shown(one.Next, spec.Zone), "next", Shown(next, spec.Zone))}})
}

// watchZoneData applies the zone data once, however often the database must be asked.
func (s *Schedules) watchZoneData(ctx context.Context) {
	for {
		pass, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		err := s.applyZoneData(pass, zones.Current())
		cancel()
		if err == nil {
			return
		}
		s.Log.Error("compute next fires by the present zone data", "error", err)
		if !sleep(ctx, lookEvery) {
			return
		}
	}
}
