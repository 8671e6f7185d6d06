package retention

import (
	"fmt"
	"strconv"
	"strings"
)

// mayGo is the condition that request r has ended, up to an instant ($1, in milliseconds), and
// that nothing needs it any more: nobody is to decide about it, nothing is to be told of it, and
// nothing that stands or goes on refers to it.
const mayGo = `r.ended_at > 0 and r.ended_at <= $1 and (r.state in ('done', 'partly', 'failed', 'rejected', 'expired', 'withdrawn')
		or r.state = 'stopped' and (r.settled = 1 or not exists (select 1 from sending s where s.request = r.n and s.unclear > 0))
		or r.state = 'unclear' and r.settled = 1 and not exists (select 1 from journal j where j.room = 'request' and j.subject = cast(r.n as text) and j.verb = 'left' and j.at > $1))
	and not exists (select 1 from post p where p.owner = 'request' and p.subject = cast(r.n as text) and p.queued = 1)
	and r.n not in (select version from schedule where state <> 'removed' union all select pending from schedule where state <> 'removed')
	and r.n not in (select request from schedule_run where state in ('firing', 'open'))
	and r.n not in (select o.grant_n from request o where o.grant_n > 0 and ` + stillOpen + ` union all select o.instead_of from request o where o.instead_of > 0 and ` + stillOpen + `)
	and not exists (select 1 from request_kept k join schedule s on s.version = k.grant_n and s.state <> 'removed' where k.request = r.n and r.n = (` + newestKept + `))
	and not exists (select 1 from broadcast b where b.failed_of = r.n and b.failed_of > 0)
	and not exists (select 1 from mass_message m where m.request = r.n and m.next_at > 0)
	and not exists (select 1 from publication p where p.request = r.n and p.next_at > 0)
	and not exists (select 1 from article_filing f where f.request = r.n and f.state <> 'asked')
	and r.n not in (select by_request from taken_back where at = 0 union all select of_request from taken_back where at = 0)`

// stillOpen is the condition that request o has not ended, or that people may still have it go on.
const stillOpen = `(o.state in ('preparing', 'waiting', 'approved', 'sending', 'paused') or o.state = 'unclear' and o.settled = 0)`

// newestKept is the fire whose content the next fires under the grant of k are held against, as
// the outbox finds it.
const newestKept = `select k2.request from request_kept k2 join request r2 on r2.n = k2.request
	where k2.grant_n = k.grant_n and r2.grant_n = 0 and r2.approved_at > 0 and r2.state in ('approved', 'sending', 'paused', 'done', 'partly', 'unclear')
	order by r2.approved_at desc, r2.n desc limit 1`

// rowsOf counts the rows that go with request r, itself among them.
const rowsOf = `1 + (select count(*) from sending s where s.request = r.n) + (select count(*) from broadcast b where b.request = r.n)
	+ (select count(*) from delivery_batch d where d.request = r.n) + (select count(*) from delivery_receipt d where d.request = r.n)
	+ (select count(*) from delivery_reason d where d.request = r.n) + (select count(*) from delivery_ref d where d.request = r.n)
	+ (select count(*) from left_out l where l.whose = 'request ' || cast(r.n as text)) + (select count(*) from post p where p.owner = 'request' and p.subject = cast(r.n as text))
	+ (select count(*) from approval a where a.request = r.n) + (select count(*) from request_name m where m.request = r.n)
	+ (select count(*) from request_kept k where k.request = r.n) + (select count(*) from schedule_version v where v.n = r.n)
	+ (select count(*) from mass_message m where m.request = r.n) + (select count(*) from article_filing f where f.request = r.n)`

// belonging is a table of rows that go with their request, before it.
type belonging struct {
	table  string
	column string // that names the request
	before string // in that column, before the request's number; "": it is a number
	and    string // what else holds of its rows
	key    string // tells the rows of one request apart; "": they are a few
}

// belongings are those tables, in the order in which they may be emptied.
var belongings = []belonging{
	{table: "delivery_ref", column: "request", key: "ref"},
	{table: "delivery_receipt", column: "request", key: "row"},
	{table: "delivery_reason", column: "request", key: "n"},
	{table: "delivery_batch", column: "request", key: "n"},
	{table: "left_out", column: "whose", before: "request ", key: "part"},
	{table: "post", column: "subject", before: " ", and: " and owner = 'request'", key: "id"},
	{table: "told", column: "what", before: "approvers "},
	{table: "broadcast", column: "request"},
	{table: "sending", column: "request"},
	{table: "approval", column: "request"},
	{table: "request_name", column: "request"},
	{table: "request_kept", column: "request"},
	{table: "mass_message", column: "request"},
	{table: "article_filing", column: "request"},
	{table: "schedule_version", column: "n"},
}

// named is how the column names a request.
func (b belonging) named(n int64) any {
	if b.before == "" {
		return n
	}
	return strings.TrimLeft(b.before+strconv.FormatInt(n, 10), " ")
}

// ofAll deletes the rows of up to inOne requests.
func (b belonging) ofAll() string {
	return fmt.Sprintf("delete from %s where %s in (%s)%s", b.table, b.column, places(1), b.and)
}

// atOnce is a statement of PostgreSQL's that deletes the rows of requests from all tables and
// counts them. What refers to what it looks at once everything is deleted.
func atOnce(all []belonging, ns []int64) (query string, args []any) {
	deletes, counts := make([]string, len(all)), make([]string, len(all))
	for i, b := range all {
		values, sort := any(ns), "bigint"
		if b.before != "" {
			names := make([]string, len(ns))
			for i, n := range ns {
				names[i] = b.named(n).(string)
			}
			values, sort = names, "text"
		}
		args = append(args, values)
		deletes[i] = fmt.Sprintf("d%d as (delete from %s where %s = any(cast($%d as %s[]))%s returning 1)", i, b.table, b.column, len(args), sort, b.and)
		counts[i] = fmt.Sprintf("(select count(*) from d%d)", i)
	}
	return "with " + strings.Join(deletes, ", ") + " select " + strings.Join(counts, " + "), args
}

// ofOne deletes up to limit rows of request $1.
func (b belonging) ofOne(limit int) string {
	of := b.column + " = $1" + b.and
	return fmt.Sprintf("delete from %[1]s where %[2]s and %[3]s in (select %[3]s from %[1]s where %[2]s limit %[4]d)", b.table, of, b.key, limit)
}

// inOne is how many requests one statement removes, so that all say the same.
const inOne = 50

// places are those of the requests in a statement, from a number on.
func places(from int) string {
	all := make([]string, inOne)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", from+i)
	}
	return strings.Join(all, ", ")
}

// padded are up to inOne requests as the arguments of those places.
func padded(ns []int64, as func(n int64) any) []any {
	args := make([]any, inOne)
	for i := range args {
		args[i] = as(ns[min(i, len(ns)-1)])
	}
	return args
}

func itself(n int64) any { return n }
