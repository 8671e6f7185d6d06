package outbox

import (
	"context"
	"strconv"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// mostLooked bounds how many acts are looked through for those of one kind of request.
const mostLooked = 5000

// Audited is an act on record: of a request in words, of anything else as its room wrote it.
type Audited struct {
	journal.Found
	N    int64      // the request; 0: it is about something else
	Text cards.Text // zero where it is about something else
}

// Audit reads the record of every room, the newest act first, s.Limit of them at most. kind
// leaves only acts on requests of that kind; "" leaves all.
func (o *reader) Audit(ctx context.Context, s journal.Search, kind string) (all []Audited, err error) {
	wanted := s.Limit
	if kind != "" {
		s.Room, s.Limit = o.journal.Room, 500
	}
	for looked := 0; len(all) < wanted && looked < mostLooked; looked += s.Limit {
		page, err := journal.Find(ctx, o.DB, s)
		if err != nil {
			return nil, err
		}
		kinds, err := o.kindsOf(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, f := range page {
			s.Before = f.ID
			if kind != "" && kinds[f.Subject] != kind || len(all) == wanted {
				continue
			}
			a := Audited{Found: f}
			if f.Room == o.journal.Room {
				act, err := actOf(f.Entry)
				if err != nil {
					return nil, err
				}
				a.N, _ = strconv.ParseInt(f.Subject, 10, 64)
				a.Text = actText(act)
			}
			all = append(all, a)
		}
		if len(page) < s.Limit {
			break
		}
	}
	return all, nil
}

// kindsOf are the kinds of the requests that acts are about, by subject.
func (o *reader) kindsOf(ctx context.Context, found []journal.Found) (map[string]string, error) {
	var ns []int64
	for _, f := range found {
		if n, err := strconv.ParseInt(f.Subject, 10, 64); err == nil && f.Room == o.journal.Room {
			ns = append(ns, n)
		}
	}
	if len(ns) == 0 {
		return nil, nil
	}
	return store.Texts(ctx, o.DB, "select cast(n as text), kind from (select n, kind from request union all select n, kind from removed_request) as both_of_them where n in (KEYS)", ns)
}
