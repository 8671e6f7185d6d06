package audiences

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Audience is the present version of the audience called name.
func (a *Audiences) Audience(ctx context.Context, q store.Queryer, name string) (outbox.Audience, error) {
	name, _ = ParseName(name)
	n, err := a.named(ctx, q, name)
	if err != nil {
		return outbox.Audience{}, err
	}
	switch {
	case n.Version == 0 && n.latest.State == Importing:
		return outbox.Audience{}, cards.Refuse("audience.importing", "name", at(name))
	case n.Version == 0:
		return outbox.Audience{}, cards.Refuse("audience.failed", "name", at(name), "why", n.latest.Reason)
	case n.present.Size == 0:
		return outbox.Audience{}, cards.Refuse("audience.empty", "name", at(name))
	}
	return n.present.lent(), nil
}

// Members are up to limit members of a version whose row is above after, by row.
func (a *Audiences) Members(ctx context.Context, q store.Queryer, version, after int64, limit int) ([]outbox.Member, error) {
	rows, err := q.Query(ctx, `select m.row, m.openid, m.vals, case when u.openid is null then 0 else 1 end
		from audience_member m left join unsubscribed u on u.openid = m.openid
		where m.version = $1 and m.row > $2 order by m.row limit $3`, version, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read members of version %d: %w", version, err)
	}
	defer rows.Close()
	members := make([]outbox.Member, 0, limit)
	for rows.Next() {
		var m outbox.Member
		var values string
		var unsubscribed int
		if err := rows.Scan(&m.Row, &m.OpenID, &values, &unsubscribed); err != nil {
			return nil, fmt.Errorf("read members of version %d: %w", version, err)
		}
		if values != "" {
			if err := json.Unmarshal([]byte(values), &m.Values); err != nil {
				return nil, fmt.Errorf("read row %d of version %d: %w", m.Row, version, err)
			}
		}
		m.Unsubscribed = unsubscribed == 1
		members = append(members, m)
	}
	return members, rows.Err()
}

// Row is where a person stands in a version; 0 where not at all.
func (a *Audiences) Row(ctx context.Context, q store.Queryer, version int64, openid string) (row int64, err error) {
	err = q.QueryRow(ctx, "select row from audience_member where version = $1 and openid = $2", version, openid).Scan(&row)
	if isNone(err) {
		return 0, nil
	}
	return row, err
}

// Trial are the openids of all test audiences that a person made.
func (a *Audiences) Trial(ctx context.Context, q store.Queryer, who cards.Person) ([]string, error) {
	return openids(q.Query(ctx, `select distinct m.openid from audience n
		join audience_version v on v.version = n.version
		join audience_member m on m.version = v.version
		where v.kind = $1 and v.who = $2 order by m.openid`, string(Test), who.ID))
}

// openids reads the openids that a query gives.
func openids(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// member is one that is to be written.
type member struct {
	row    int64
	openid string
	values []string
}

// addMembers writes members of a version and returns the rows of those whose openid
// was there already: the first of them stays.
func addMembers(ctx context.Context, tx *store.Tx, version int64, members []member) (twice []int64, err error) {
	if len(members) == 0 {
		return nil, nil
	}
	args := make([]any, 1, 1+3*len(members))
	args[0] = version
	for _, m := range members {
		values := ""
		if len(m.values) > 0 {
			raw, err := json.Marshal(m.values)
			if err != nil {
				return nil, err
			}
			values = string(raw)
		}
		args = append(args, m.row, m.openid, values)
	}
	added, err := tx.Exec(ctx, "insert into audience_member (version, row, openid, vals) values "+
		tuples(len(members))+" on conflict (version, openid) do nothing", args...)
	if err != nil || added == int64(len(members)) {
		return nil, err
	}
	first, last := members[0].row, members[len(members)-1].row
	rows, err := tx.Query(ctx, "select row from audience_member where version = $1 and row >= $2 and row <= $3", version, first, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	there := map[int64]bool{}
	for rows.Next() {
		var row int64
		if err := rows.Scan(&row); err != nil {
			return nil, err
		}
		there[row] = true
	}
	for _, m := range members {
		if !there[m.row] {
			twice = append(twice, m.row)
		}
	}
	return twice, rows.Err()
}

// tuples are n times ($1, a row, an openid, values), with numbers from $2 on.
func tuples(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($1")
		for j := range 3 {
			b.WriteString(",$")
			b.WriteString(strconv.Itoa(2 + 3*i + j))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// places are n placeholders from $first on, for `in (…)`.
func places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}
