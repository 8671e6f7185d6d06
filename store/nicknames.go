package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Nicknames keeps what the team calls its WeChat templates.
type Nicknames struct{ DB *DB }

// Nicknames are the template's ids by their names.
func (n Nicknames) Nicknames(ctx context.Context) (map[string]string, error) {
	rows, err := n.DB.Query(ctx, "select name, template from wechat_nickname")
	if err != nil {
		return nil, fmt.Errorf("read the nicknames: %w", err)
	}
	defer rows.Close()
	names := map[string]string{}
	for rows.Next() {
		var name, template string
		if err := rows.Scan(&name, &template); err != nil {
			return nil, fmt.Errorf("read the nicknames: %w", err)
		}
		names[name] = template
	}
	return names, rows.Err()
}

// SetNickname names a template, and takes the name from another that had it. "" as
// the template frees the name. Who did it, when, and what the name stood for before go on
// record.
func (n Nicknames) SetNickname(ctx context.Context, who string, at time.Time, name, template string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = n.DB.Update(ctx, func(tx *Tx) error {
		var was string
		err := tx.QueryRow(ctx, "select template from wechat_nickname where name = $1", name).Scan(&was)
		if err != nil && !errors.Is(err, sql.ErrNoRows) || was == template {
			return err
		}
		statement, args := `insert into wechat_nickname (name, template) values ($1, $2)
			on conflict (name) do update set template = excluded.template`, []any{name, template}
		if template == "" {
			statement, args = "delete from wechat_nickname where name = $1", args[:1]
		}
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into nickname_act (id, name, at, who, was, template) values ($1, $2, $3, $4, $5, $6)", id.String(), name, Millis(at), who, was, template)
		return err
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
	rows, err := n.DB.Query(ctx, "select at, who, name, was, template from nickname_act where was = $1 or template = $1 order by id desc limit $2", template, most)
	if err != nil {
		return fmt.Errorf("read who named the template %s: %w", template, err)
	}
	defer rows.Close()
	for rows.Next() {
		var ms int64
		var who, name, was, is string
		if err := rows.Scan(&ms, &who, &name, &was, &is); err != nil {
			return fmt.Errorf("read who named the template %s: %w", template, err)
		}
		each(Time(ms), who, name, was, is)
	}
	return rows.Err()
}
