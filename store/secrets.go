package store

import (
	"context"
	"fmt"
	"strings"
)

// secret is a column that is encrypted.
type secret struct{ table, key, column, what string }

var (
	tokenSecret   = secret{"wechat_token", "app_id", "value", "the token of"}
	ticketSecret  = secret{"wechat_ticket", "platform", "ticket", "the ticket of"}
	refreshSecret = secret{"wechat_refresh", "app_id", "token", "the refresh token of"}
	secrets       = []secret{tokenSecret, ticketSecret, refreshSecret}
)

func (s secret) place(of string) string { return s.what + " " + of }

// UseKeys has secrets encrypted and read with keys from now on, before anybody reads one. It
// changes nothing that stands there.
func (db *DB) UseKeys(keys Keys) { db.keys = keys }

// CheckSecrets reads every secret, and counts those that are not encrypted with the newest
// key. It is ErrSecretKey where one cannot be read with the keys that are set.
func (db *DB) CheckSecrets(ctx context.Context) (stale int, err error) {
	for _, s := range secrets {
		rows, err := db.secretRows(ctx, db, s)
		if err != nil {
			return 0, err
		}
		for of, value := range rows {
			if _, err := db.keys.open(s.place(of), value); err != nil {
				return 0, err
			}
			if !db.keys.isCurrent(value) {
				stale++
			}
		}
	}
	return stale, nil
}

// SealSecrets encrypts what stands in the clear, or is encrypted with an older key, and counts
// it. It changes nothing where one secret cannot be read: a refresh token is not lost to a
// wrong key. An SQLite file that held one in the clear is to be written anew then, see
// CompactWanted.
func (db *DB) SealSecrets(ctx context.Context) (sealed int, err error) {
	stale, err := db.CheckSecrets(ctx)
	if err != nil || stale == 0 {
		return 0, err
	}
	err = db.Update(ctx, func(tx *Tx) error {
		sealed = 0
		clear := false
		for _, s := range secrets {
			rows, err := db.secretRows(ctx, tx, s)
			if err != nil {
				return err
			}
			for of, value := range rows {
				if db.keys.isCurrent(value) {
					continue
				}
				text, err := db.keys.open(s.place(of), value)
				if err != nil {
					return err
				}
				// Another process may have replaced it meanwhile, encrypted.
				n, err := tx.Exec(ctx, fmt.Sprintf("update %s set %s = $3 where %s = $1 and %[2]s = $2", s.table, s.column, s.key), of, value, db.keys.seal(s.place(of), text))
				if err != nil {
					return err
				}
				sealed += int(n)
				clear = clear || !strings.HasPrefix(value, sealedMark)
			}
		}
		if !clear || db.Postgres() {
			return nil
		}
		// The file holds this one, and those that it replaced, wherever they stood.
		return WantCompact(ctx, tx)
	})
	if err != nil {
		return 0, fmt.Errorf("encrypt secrets: %w", err)
	}
	return sealed, nil
}

func (db *DB) secretRows(ctx context.Context, q Queryer, s secret) (map[string]string, error) {
	rows, err := q.Query(ctx, fmt.Sprintf("select %s, %s from %s", s.key, s.column, s.table))
	if err != nil {
		return nil, fmt.Errorf("read secrets: %w", err)
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var of, value string
		if err := rows.Scan(&of, &value); err != nil {
			return nil, err
		}
		all[of] = value
	}
	return all, rows.Err()
}
