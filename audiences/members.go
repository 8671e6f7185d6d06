package audiences

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Audience is the present version of the audience called name of an account. Refuses with
// cards.NotFound where there is none; without a code while it is imported for the first time,
// where that has failed, and where nobody is in it.
func (a *Audiences) Audience(ctx context.Context, q store.Queryer, account, name string) (outbox.Audience, error) {
	name, _ = ParseName(name)
	n, err := a.named(ctx, q, account, name)
	if err != nil {
		return outbox.Audience{}, err
	}
	name = n.Name
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
	members := make([]outbox.Member, 0, limit)
	// Rows are asked for by where they begin and end, with room for those left out:
	// whatever PostgreSQL believes of a table that has just been filled, it cannot choose
	// to sort all the rest of it for each page.
	for span := int64(2 * limit); len(members) < limit; span *= 2 {
		found, err := readMembers(ctx, q, version, after, after+span, limit-len(members))
		if err != nil {
			return nil, fmt.Errorf("read members of version %d: %w", version, err)
		}
		members = append(members, found...)
		after += span
		if len(found) > 0 {
			continue
		}
		var next sql.NullInt64
		if err := q.QueryRow(ctx, "select min(row) from audience_member where version = $1 and row > $2", version, after).Scan(&next); err != nil || !next.Valid {
			return members, err
		}
		after = next.Int64 - 1
	}
	return members, nil
}

// readMembers reads those from after to last, at most limit.
func readMembers(ctx context.Context, q store.Queryer, version, after, last int64, limit int) ([]outbox.Member, error) {
	members, err := store.All[outbox.Member](q.Query(ctx, `select m.row, m.openid, m.vals, case when u.openid is null then 0 else 1 end as unsubscribed
		from audience_member m left join unsubscribed u on u.openid = m.openid and u.account = (select account from audience_version where version = $1)
		where m.version = $1 and m.row > $2 and m.row <= $3 order by m.row limit $4`, version, after, last, limit))
	if err != nil {
		return nil, err
	}
	for i := range members {
		m := &members[i]
		m.Unsubscribed = m.Unsubscribed || isForgotten(m.OpenID)
	}
	return members, markDigests(ctx, q, version, members)
}

// Row is where a person stands in a version; 0 where not at all.
func (a *Audiences) Row(ctx context.Context, q store.Queryer, version int64, openid string) (row int64, err error) {
	err = q.QueryRow(ctx, `select m.row from audience_key k join audience_member m on m.version = k.version and m.row = k.row
		where k.version = $1 and k.hash = $2 and m.openid = $3`, version, memberKeyOf(openid, 0).hash, openid).Scan(&row)
	if isNone(err) {
		return 0, nil
	}
	return row, err
}

// Trial are the openids of all test audiences that a person made for an account.
func (a *Audiences) Trial(ctx context.Context, q store.Queryer, account string, who cards.Person) ([]string, error) {
	return store.Column[string](q.Query(ctx, `select distinct m.openid from audience n
		join audience_version v on v.version = n.version
		join audience_member m on m.version = v.version
		where v.kind = $1 and v.who = $2 and n.account = $3 and m.openid not like 'forgotten:%' order by m.openid`, string(Test), who.ID, account))
}

// member is one that is to be written.
type member struct {
	row    int64
	openid string
	values []string
}

// rowsPerStatement is how many rows one statement writes or names. SQLite looks each $N up
// among all that a statement has: ten times as many take a hundred times as long.
const rowsPerStatement = 40

// addMembers writes members of a version.
func addMembers(ctx context.Context, tx *store.Tx, version int64, members []member) error {
	for some := range slices.Chunk(members, rowsPerStatement) {
		args := append(make([]any, 0, 1+3*rowsPerStatement), version)
		for _, m := range some {
			values := ""
			if len(m.values) > 0 {
				raw, err := json.Marshal(m.values)
				if err != nil {
					return err
				}
				values = string(raw)
			}
			args = append(args, m.row, m.openid, values)
		}
		if _, err := tx.Exec(ctx, "insert into audience_member (version, row, openid, vals) values "+tuples(len(some), 3), args...); err != nil {
			return err
		}
	}
	return nil
}

// addKeys writes where the openids of members stand.
func addKeys(ctx context.Context, tx *store.Tx, version int64, keys []memberKey) error {
	for some := range slices.Chunk(keys, rowsPerStatement) {
		args := append(make([]any, 0, 1+2*rowsPerStatement), version)
		for _, m := range some {
			args = append(args, m.hash, int64(m.row))
		}
		if _, err := tx.Exec(ctx, "insert into audience_key (version, hash, row) values "+tuples(len(some), 2), args...); err != nil {
			return err
		}
	}
	return nil
}

// dropMembers takes away the members at rows.
func dropMembers(ctx context.Context, tx *store.Tx, version int64, rows []int64) error {
	for some := range slices.Chunk(rows, rowsPerStatement) {
		args := append(make([]any, 0, 1+rowsPerStatement), version)
		for _, row := range some {
			args = append(args, row)
		}
		if _, err := tx.Exec(ctx, "delete from audience_member where version = $1 and row in ("+places(2, len(some))+")", args...); err != nil {
			return err
		}
	}
	return nil
}

// tuples are n times ($1, and so many more), numbered on.
func tuples(n, more int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($1,")
		b.WriteString(places(2+more*i, more))
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
