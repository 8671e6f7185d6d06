package store

import (
	"context"
	"fmt"
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
// the template frees the name.
func (n Nicknames) SetNickname(ctx context.Context, name, template string) error {
	statement, args := `insert into wechat_nickname (name, template) values ($1, $2)
		on conflict (name) do update set template = excluded.template`, []any{name, template}
	if template == "" {
		statement, args = "delete from wechat_nickname where name = $1", args[:1]
	}
	err := n.DB.Update(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the nickname %q: %w", name, err)
	}
	return nil
}
