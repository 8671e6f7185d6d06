package audiences

import (
	"context"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// ready puts the version in force and tells.
func (f *importer) ready(ctx context.Context) error {
	if f.Size == 0 {
		key := "audience.nobody"
		if f.Kind == CSV {
			key = "audience.no_rows"
		} else if f.Kind == Subscribed {
			key = "audience.nobody_subscribed"
		}
		return f.failed(ctx, cards.Refuse(key))
	}
	err := f.DB.Update(ctx, func(tx *store.Tx) error {
		// Work may refer to the name by now that did not when it was asked for.
		n, err := f.named(ctx, tx, f.Account, f.Name)
		if err == nil {
			err = f.mayChange(ctx, tx, f.Account, cards.Person{ID: f.Who}, f.Name, n)
		}
		if err != nil {
			return err
		}
		ok, err := f.switchTo(ctx, tx, f.version, f.attempt)
		if err != nil || !ok {
			return err
		}
		if err := f.noteSelf(ctx, tx, f.Account, f.Name, "ready", ""); err != nil {
			return err
		}
		if err := f.Outbox.Engine.KeepLeftOut(ctx, tx, sending.LeftOutByAudience(f.N), 0, f.all()); err != nil {
			return err
		}
		return f.Posts.Notify(ctx, tx, f.Where, f.readyCard())
	})
	if isRefusal(err) {
		return f.failed(ctx, err)
	}
	if err == nil {
		f.Log.Info("audience imported", "name", f.Name, "version", f.N, "members", f.Size, "skipped", f.total())
	}
	return err
}

// failed tells why there is no new version. One that was in force stays so.
func (f *importer) failed(ctx context.Context, why error) error {
	f.Log.Warn("an audience could not be imported", "name", f.Name, "version", f.N, "error", why)
	f.Reason = reason(why)
	return f.DB.Update(ctx, func(tx *store.Tx) error {
		if err := lockName(ctx, tx, f.Account, f.Name); err != nil {
			return err
		}
		ok, err := changed(tx.Exec(ctx, `update audience_version set state = 'failed', label = $3, skipped = $4, reason = $5, left_at = $6
			where version = $1 and attempt = $2 and state = 'importing'`, f.N, f.attempt, f.Label, store.JSON(f.Skipped), f.Reason, store.Millis(f.Now())))
		if !ok {
			return err
		}
		if err := f.Outbox.Engine.KeepLeftOut(ctx, tx, sending.LeftOutByAudience(f.N), 0, f.all()); err != nil {
			return err
		}
		n, err := f.named(ctx, tx, f.Account, f.Name)
		if err != nil {
			return err
		}
		if err := f.noteSelf(ctx, tx, f.Account, f.Name, "failed", shorten(why.Error(), 200)); err != nil {
			return err
		}
		return f.Posts.Notify(ctx, tx, f.Where, f.failedCard(n.Version > 0))
	})
}

// orSuperseded is errSuperseded where an update has changed no row.
func orSuperseded(n int64, err error) error {
	if err == nil && n == 0 {
		return errSuperseded
	}
	return err
}
