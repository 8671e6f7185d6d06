package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Nicknames keeps what the team calls the templates of one WeChat account.
type Nicknames struct {
	DB      *DB
	Account string // its AppID
}

// Adopt gives the nicknames of before they bore an account to this one, and puts it on
// the record of each: an act of nobody's that moves no template. It is called at each
// start.
func (n Nicknames) Adopt(ctx context.Context, at time.Time) error {
	err := n.DB.Update(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, "update nickname_act set account = $1 where account = ''", n.Account); err != nil {
			return err
		}
		adopted, err := Column[string](tx.Query(ctx, "update wechat_nickname set account = $1 where account = '' returning name", n.Account))
		if err != nil {
			return err
		}
		for _, name := range adopted {
			var template string
			if err := tx.QueryRow(ctx, "select template from wechat_nickname where account = $1 and name = $2", n.Account, name).Scan(&template); err != nil {
				return err
			}
			if err := n.note(ctx, tx, "", at, name, template, template); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("give the nicknames to account %s: %w", n.Account, err)
	}
	return nil
}

// note puts on record who made a name stand for which template, and for which it did.
func (n Nicknames) note(ctx context.Context, tx *Tx, who string, at time.Time, name, was, template string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "insert into nickname_act (id, account, name, at, who, was, template) values ($1, $2, $3, $4, $5, $6, $7)", id.String(), n.Account, name, Millis(at), who, was, template)
	return err
}

// Nicknames are the templates' ids by their names, and by the ids who last gave each one a
// name.
func (n Nicknames) Nicknames(ctx context.Context) (ids, namers map[string]string, err error) {
	if ids, err = n.pairs(ctx, "select name, template from wechat_nickname where account = $1"); err != nil {
		return nil, nil, fmt.Errorf("read the nicknames: %w", err)
	}
	// Read after them, it has whoever gave each of these.
	if namers, err = n.pairs(ctx, "select template, who from nickname_act where account = $1 and template <> '' order by id"); err != nil {
		return nil, nil, fmt.Errorf("read who gave the nicknames: %w", err)
	}
	return ids, namers, nil
}

// pairs are two columns of an account's rows; of equal first ones the last counts.
func (n Nicknames) pairs(ctx context.Context, query string) (map[string]string, error) {
	rows, err := n.DB.Query(ctx, query, n.Account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		all[key] = value
	}
	return all, rows.Err()
}

// SetNickname names a template, and takes the name from another that had it. "" as
// the template frees the name. Who did it, when, and what the name stood for before go on
// record.
func (n Nicknames) SetNickname(ctx context.Context, who string, at time.Time, name, template string) error {
	err := n.DB.Update(ctx, func(tx *Tx) error {
		var was string
		err := tx.QueryRow(ctx, "select template from wechat_nickname where account = $1 and name = $2", n.Account, name).Scan(&was)
		if err != nil && !errors.Is(err, sql.ErrNoRows) || was == template {
			return err
		}
		statement, args := `insert into wechat_nickname (account, name, template) values ($1, $2, $3)
			on conflict (account, name) do update set template = excluded.template`, []any{n.Account, name, template}
		if template == "" {
			statement, args = "delete from wechat_nickname where account = $1 and name = $2", args[:2]
		}
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return err
		}
		return n.note(ctx, tx, who, at, name, was, template)
	})
	if err != nil {
		return fmt.Errorf("keep the nickname %q: %w", name, err)
	}
	return nil
}

// NicknameActs calls each with the last namings that gave a template a nickname or took
// one from it, the newest first, most at the most. "" for was is a new name, for template
// one that was freed.
func (n Nicknames) NicknameActs(ctx context.Context, template string, most int, each func(at time.Time, who, name, was, template string)) error {
	acts, err := All[struct {
		At       time.Time `db:"at"`
		Who      string    `db:"who"`
		Name     string    `db:"name"`
		Was      string    `db:"was"`
		Template string    `db:"template"`
	}](n.DB.Query(ctx, "select at, who, name, was, template from nickname_act where account = $3 and (was = $1 or template = $1) order by id desc limit $2", template, most, n.Account))
	if err != nil {
		return fmt.Errorf("read who named the template %s: %w", template, err)
	}
	for _, a := range acts {
		each(a.At, a.Who, a.Name, a.Was, a.Template)
	}
	return nil
}
