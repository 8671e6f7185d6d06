package app

import (
	"context"
	"errors"
	"log/slog"

	"magpie/config"
	"magpie/store"
)

// useKeys has WeChat's secrets in the database encrypted with SECRET_KEY, those that stand in
// the clear, or are encrypted with SECRET_KEY_OLD, now. A key that does not read them all ends
// the start, and changes nothing.
func useKeys(ctx context.Context, cfg config.Config, db *store.DB, log *slog.Logger) error {
	keys, err := store.NewKeys(cfg.SecretKey, cfg.SecretKeyOld)
	if err != nil {
		return err
	}
	db.UseKeys(keys)
	sealed, err := db.SealSecrets(ctx)
	if err != nil {
		return err
	}
	if sealed > 0 {
		log.Info("secrets in the database are encrypted now", "secrets", sealed)
		// Where the file is written anew for it: before anybody waits for the database.
		if err := db.CompactWanted(ctx); err != nil {
			log.Warn("the database's file may still hold secrets in the clear; it is tried again", "error", err)
		}
	}
	return nil
}

// secrets looks whether WeChat's secrets are encrypted in the database, and can be read. db is
// nil where there is no database yet.
func (c *Checkup) secrets(ctx context.Context, cfg config.Config, db *store.DB) {
	const name, generate = "secret_key", "set SECRET_KEY to what `openssl rand -hex 32` prints, and keep it where the database is not"
	keys, err := store.NewKeys(cfg.SecretKey, cfg.SecretKeyOld)
	stale := 0
	if err == nil && db != nil {
		db.UseKeys(keys)
		if version, versionErr := db.SchemaVersion(ctx); versionErr == nil && version > 0 {
			stale, err = db.CheckSecrets(ctx)
		}
	}
	switch {
	case errors.Is(err, store.ErrSecretKey):
		c.fail(name, "set the key of before as SECRET_KEY, or as SECRET_KEY_OLD beside the new one", "%s", err)
	case err != nil:
		c.fail(name, "set SECRET_KEY as it was", "%s", err)
	case !keys.IsSet():
		c.warn(name, generate, "SECRET_KEY is not set: WeChat's tokens stand in the database in the clear")
	case stale > 0:
		c.ok(name, "the next start encrypts %d secrets in the database with SECRET_KEY", stale)
	case cfg.SecretKeyOld != nil:
		c.warn(name, "take SECRET_KEY_OLD out", "nothing is encrypted with SECRET_KEY_OLD any more")
	default:
		c.ok(name, "WeChat's tokens are encrypted in the database")
	}
}
