package commands

import (
	"context"
	"regexp"
	"strings"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/outbox"
	"magpie/zones"
)

type auditArgs struct {
	Who  *string `name:"who" example:"@alice"`
	Day  *string `name:"day" example:"2026-01-31"`
	Kind *string `name:"kind" example:"mass.send"`
}

// audited is how many acts are listed at most.
const audited = 30

// person is a Slack user, as Slack writes a mention or by the id alone.
var person = regexp.MustCompile(`^(?:<@)?([UW][A-Z0-9_]+)(?:\|[^>]*)?>?$`)

// audit shows who did what, of all that is on record.
func audit() *Command {
	return &Command{
		Path:     "audit",
		Role:     outbox.Approver,
		looks:    true,
		Examples: []string{`audit`, `audit who=@alice`, `audit day=yesterday kind=mass.send`},
		grammar:  func() any { return new(auditArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			if err := b.mayOrRefuse(ctx, call, outbox.Approver); err != nil {
				return Answer{}, err
			}
			a := args[0].(*auditArgs)
			search := journal.Search{Limit: audited}
			if who := orNone(a.Who); who != "" {
				m := person.FindStringSubmatch(who)
				if m == nil {
					return Answer{}, &cards.Refusal{Text: cards.T("fault.audit_who", "who", cards.Code(who)), Field: "who"}
				}
				search.Who = m[1]
			}
			if day := orNone(a.Day); day != "" {
				from, to, ok := dayOf(day, b.now(), call.Who.Zone)
				if !ok {
					return Answer{}, &cards.Refusal{Text: cards.T("fault.audit_day", "day", cards.Code(day)), Field: "day"}
				}
				search.From, search.To = from, to
			}
			found, err := b.outbox.Audit(ctx, search, orNone(a.Kind))
			if err != nil {
				return Answer{}, err
			}
			return Answer{Card: auditCard(found)}, nil
		},
	}
}

// dayOf is a day in a zone, by its date, or as today and yesterday.
func dayOf(said string, now time.Time, zoneName string) (from, to time.Time, ok bool) {
	zone, err := zones.Load(zoneName)
	if err != nil {
		zone = time.UTC
	}
	y, m, d := now.In(zone).Date()
	switch strings.ToLower(said) {
	case "today", "今天":
	case "yesterday", "昨天":
		d--
	default:
		day, err := time.ParseInLocation(time.DateOnly, said, zone)
		if err != nil {
			return from, to, false
		}
		y, m, d = day.Date()
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone), true
}

// auditedRooms are the rooms whose acts are about something other than a request.
var auditedRooms = map[string]cards.Text{"article": cards.T("answer.audit_article"), "audience": cards.T("answer.audit_audience"), "person": cards.T("answer.audit_person_of_wechat"), "retention": cards.T("answer.audit_retention"), "schedule": cards.T("answer.audit_schedule")}

// auditCard lists acts, a line each, the newest first.
func auditCard(found []outbox.Audited) cards.Card {
	card := cards.Card{Title: cards.T("answer.audit")}
	if len(found) == 0 {
		card.Body = []cards.Text{cards.T("answer.audit_none")}
		return card
	}
	rows := make([]cards.Text, len(found))
	for i, f := range found {
		by := cards.T("answer.audit_magpie")
		if f.Who != "" {
			by = cards.T("answer.audit_person", "who", cards.User(f.Who))
		}
		switch {
		case f.N > 0:
			rows[i] = cards.T("answer.audit_request", "n", f.N, "act", f.Text)
		case !f.Text.IsZero():
			rows[i] = f.Text
		default:
			rows[i] = cards.T("answer.audit_other", "at", f.At, "by", by, "room", auditedRooms[f.Room], "subject", cards.Code(f.Subject), "verb", cards.Code(f.Verb))
		}
	}
	card.Body = []cards.Text{lines(rows)}
	if len(found) == audited {
		card.Notes = []cards.Text{cards.T("answer.audit_more", "count", audited)}
	}
	return card
}
