// Package retention forgets people, and removes what ended longer ago than it is kept: the chain
// of the record holds.
package retention

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"magpie/journal"
	"magpie/store"
)

// room is whose acts in the record are about people who were forgotten.
const room = "person"

// Keeper forgets people.
type Keeper struct {
	DB  *store.DB
	Now func() time.Time
	Log *slog.Logger
}

// Removed says how many rows a person stood in at a place.
type Removed struct {
	Place Place
	Rows  int64
}

// Forgotten is what came of forgetting somebody.
type Forgotten struct {
	Digest string    // the SHA-256 of the openid, in hex
	From   []Removed // by place, most first; those in which people usually stand, with zeros, and others
	Kept   int64     // unsubscriptions that stay, by that digest
}

// Rows are those in which the person stood, everywhere.
func (f Forgotten) Rows() (rows int64) {
	for _, r := range f.From {
		rows += r.Rows
	}
	return rows
}

// String is a line a place.
func (f Forgotten) String() string {
	var b strings.Builder
	for _, r := range f.From {
		fmt.Fprintf(&b, "%9d  %s\n", r.Rows, r.Place)
	}
	return b.String()
}

// Forget removes a person from every table in one transaction, and puts on record that who
// (a Slack id; "" for the command line) had it done. Rows that are about the person alone go;
// elsewhere a mark of the digest stands in the openid's place, which is no openid. What they
// wanted nothing more of is kept by the digest. Call Compact next: until then the database's
// files hold what was deleted.
//
// The error is an *UnderWay while a request that has not ended, or a schedule, would write to
// the person.
func (k *Keeper) Forget(ctx context.Context, openid, who string) (f Forgotten, err error) {
	p := newPerson(openid)
	err = k.DB.Update(store.Long(ctx), func(tx *store.Tx) error {
		f, err = k.forget(ctx, tx, p, who)
		return err
	})
	return f, err
}

func (k *Keeper) forget(ctx context.Context, tx *store.Tx, p person, who string) (Forgotten, error) {
	f := Forgotten{Digest: p.digest}
	if err := p.refuseOpen(ctx, tx); err != nil {
		return f, err
	}
	counts := map[string]int64{}
	for _, step := range []func(context.Context, *store.Tx, map[string]int64) error{p.leaveLists, p.leaveRecord, p.leaveJobs, p.leaveTexts} {
		if err := step(ctx, tx, counts); err != nil {
			return f, fmt.Errorf("forget %s: %w", p.mark, err)
		}
	}
	f.From = stood(counts)
	if err := tx.QueryRow(ctx, "select count(*) from unsubscribed_digest where digest = $1", p.digest).Scan(&f.Kept); err != nil {
		return f, err
	}
	if err := store.WantCompact(ctx, tx); err != nil {
		return f, err
	}
	j := journal.Journal{DB: k.DB, Room: room, Now: k.Now, Log: k.Log}
	return f, j.Write(ctx, tx, journal.Entry{Subject: p.digest, Verb: "forgot", Who: who, Note: fmt.Sprintf("sha256 %s, %d rows", p.digest, f.Rows())})
}

// Compact has the database's files hold nothing any more of who was forgotten, where that is
// not done yet.
func (k *Keeper) Compact(ctx context.Context) error { return k.DB.CompactWanted(ctx) }

// person is somebody to be forgotten.
type person struct {
	openid, digest string
	hash           int64  // as audience_key has it
	mark           string // what stands in the openid's place
}

func newPerson(openid string) person {
	sum := sha256.Sum256([]byte(openid))
	digest := hex.EncodeToString(sum[:])
	var hash int64
	for _, b := range sum[:8] {
		hash = hash<<8 | int64(b)
	}
	return person{openid: openid, digest: digest, hash: hash, mark: "forgotten:" + digest[:8]}
}

// leaveLists removes the rows that are about the person alone.
func (p person) leaveLists(ctx context.Context, tx *store.Tx, counts map[string]int64) error {
	if _, err := tx.Exec(ctx, "insert into unsubscribed_digest (account, digest, hash, at) select account, $2, hash, at from unsubscribed where openid = $1 on conflict (account, digest) do nothing", p.openid, p.digest); err != nil {
		return err
	}
	// A member's place stays: where somebody else stands in a version is what batches go by.
	for _, s := range []struct{ table, statement string }{
		{"audience_key", "delete from audience_key where hash = $2 and exists (select 1 from audience_member m where m.version = audience_key.version and m.row = audience_key.row and m.openid = $1)"},
		{"audience_member", "update audience_member set openid = $2, vals = '' where openid = $1"},
	} {
		second := any(p.hash)
		if s.table == "audience_member" {
			second = p.mark
		}
		rows, err := tx.Exec(ctx, s.statement, p.openid, second)
		if err != nil {
			return err
		}
		counts[s.table] += rows
	}
	for _, table := range []string{"own_openid", "subscriber", "unsubscribed", "writer"} {
		rows, err := tx.Exec(ctx, "delete from "+table+" where openid = $1", p.openid)
		if err != nil {
			return err
		}
		counts[table] += rows
	}
	return nil
}

// leaveRecord puts digests in the place of notes that name the person: the chain's hashes are
// over these.
func (p person) leaveRecord(ctx context.Context, tx *store.Tx, counts map[string]int64) error {
	type act struct {
		ID      string         `db:"id"`
		Room    string         `db:"room"`
		Subject string         `db:"subject"`
		Once    sql.NullString `db:"once"`
		Note    string         `db:"note"`
		Answer  string         `db:"answer"`
	}
	acts, err := store.All[act](tx.Query(ctx, "select id, room, subject, once, note, answer from journal where replace(note || subject || answer || coalesce(once, ''), $1, '') <> note || subject || answer || coalesce(once, '')", p.openid))
	if err != nil {
		return err
	}
	for _, a := range acts {
		was := a
		if p.in(a.Note) || p.in(a.Subject) {
			a.Note = journal.TakenOut(a.Room, a.Subject, a.Note)
		}
		a.Subject, a.Answer, a.Once.String = p.out(a.Subject), p.out(a.Answer), p.out(a.Once.String)
		if a == was {
			continue // it is within another's openid
		}
		if _, err := tx.Exec(ctx, "update journal set subject = $2, once = $3, note = $4, answer = $5 where id = $1", a.ID, a.Subject, a.Once, a.Note, a.Answer); err != nil {
			return err
		}
		counts["journal"]++
	}
	return nil
}

// UnderWay says that something would still write to a person, who is not forgotten before it has
// ended: what was approved is not changed.
type UnderWay struct {
	Requests  []int64  // the first five
	Schedules []string // the first five, by name
}

func (u *UnderWay) Error() string {
	var what []string
	for _, n := range u.Requests {
		what = append(what, fmt.Sprintf("request #%d", n))
	}
	for _, name := range u.Schedules {
		what = append(what, "schedule "+name)
	}
	return "nothing is removed: " + strings.Join(what, ", ") + " would still write to that person; withdraw, stop or remove what has not ended, or wait for its end, then say it again"
}

// refuseOpen returns an *UnderWay while something would write to the person.
func (p person) refuseOpen(ctx context.Context, tx *store.Tx) error {
	var u UnderWay
	found, err := pairs(ctx, tx, `select r.n, r.payload || ' ' || r.line || ' ' || coalesce((select string_agg(b.named, ' ') from delivery_batch b where b.request = r.n), '') || case when exists
			(select 1 from broadcast b join audience_key k on k.version = b.version and k.hash = $1 where b.request = r.n) then ' ' || $2 else '' end
		from request r where `+open+` order by r.n`, p.hash, p.openid)
	if err != nil {
		return err
	}
	for _, f := range found {
		if n, _ := strconv.ParseInt(f[0], 10, 64); p.in(f[1]) && len(u.Requests) < 5 {
			u.Requests = append(u.Requests, n)
		}
	}
	if found, err = pairs(ctx, tx, "select s.name, v.terms from schedule s join schedule_version v on v.n = s.version or v.n = s.pending where s.state <> 'removed' order by s.name"); err != nil {
		return err
	}
	for _, f := range found {
		if p.in(f[1]) && len(u.Schedules) < 5 && !slices.Contains(u.Schedules, f[0]) {
			u.Schedules = append(u.Schedules, f[0])
		}
	}
	if len(u.Requests)+len(u.Schedules) > 0 {
		return &u
	}
	return nil
}

func pairs(ctx context.Context, tx *store.Tx, query string, args ...any) (all [][2]string, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one [2]string
		if err := rows.Scan(&one[0], &one[1]); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// open is the condition that request r has not ended, or that people may still have it go on.
const open = `(r.state in ('preparing', 'waiting', 'approved', 'sending', 'paused') or r.state = 'unclear' and r.settled = 0)`
