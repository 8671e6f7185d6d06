package commands

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

type awayArgs struct {
	Until []string `arg:"" optional:"" name:"UNTIL" example:"until friday"`
	As    string   `name:"as" placeholder:"@USER"`
}

// away has somebody stand in for one's approvals, ends that, or shows who is away.
func away() *Command {
	return &Command{
		Path:     "away",
		Role:     outbox.Approver,
		Voices:   true,
		Examples: []string{`away until friday as=@USER`, `away until 2026-12-04 as=@USER`, `away off`, `away`},
		grammar:  func() any { return new(awayArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*awayArgs)
			until := strings.TrimSpace(strings.Join(a.Until, " "))
			switch {
			case until == "" && a.As == "":
				return whoIsAway(ctx, b, call)
			case strings.EqualFold(until, "off") && a.As == "":
				return answer(b.outbox.Back(ctx, call.press(0)))
			case until == "" || strings.EqualFold(until, "off"):
				return Answer{}, atField(cards.Refuse("fault.away_until"), "UNTIL")
			case a.As == "":
				return Answer{}, atField(cards.Refuse("fault.away_as"), "as")
			}
			standIn, err := mentioned(a.As, "as")
			if err != nil {
				return Answer{}, err
			}
			day := until
			if word, rest, _ := strings.Cut(until, " "); strings.EqualFold(word, "until") {
				day = rest
			}
			end, err := schedules.Day(day, b.now(), zoneOf(b.schedules, call.Who))
			if err != nil {
				if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
					refusal.Field = "UNTIL"
				}
				return Answer{}, err
			}
			return answer(b.outbox.StandIn(ctx, call.press(0), standIn, end))
		},
	}
}

// zoneOf is a person's zone, or that of schedules where Slack does not tell.
func zoneOf(clock *schedules.Schedules, who cards.Person) *time.Location {
	if zone, err := zones.Load(who.Zone); err == nil && who.Zone != "" {
		return zone
	}
	if clock != nil && clock.Zone != nil {
		return clock.Zone
	}
	return time.UTC
}

// whoIsAway lists who is away, and who stands in; one's own first.
func whoIsAway(ctx context.Context, b *Book, call Call) (Answer, error) {
	if err := b.sight.sees(ctx, call, origin{open: true}); err != nil {
		return Answer{}, b.sight.unseenOnRecord(ctx, call, origin{}, err)
	}
	all, err := b.outbox.Absences(ctx)
	if err != nil {
		return Answer{}, err
	}
	slices.SortStableFunc(all, func(x, y outbox.Absence) int {
		switch call.Who.ID {
		case x.Who:
			return -1
		case y.Who:
			return 1
		}
		return 0
	})
	card := cards.Card{Title: cards.T("away.title")}
	for _, a := range all {
		card.Body = append(card.Body, cards.T("away.line", "who", cards.User(a.Who), "stand_in", cards.User(a.StandIn), "at", a.Until.Add(-time.Minute)))
		if a.Who == call.Who.ID {
			card.Buttons = []cards.Button{{Label: cards.T("away.button_off"), Line: "away off"}}
		}
	}
	if len(all) == 0 {
		card.Body = []cards.Text{cards.T("away.nobody")}
	}
	return Answer{Card: card}, nil
}

var personLink = regexp.MustCompile(`^(?:<@([UW][A-Z0-9_]+)(?:\|[^>]*)?>|@?([UW][A-Z0-9_]{2,}))$`)

// mentioned reads the link that Slack makes of @name, or an id.
func mentioned(said, field string) (string, error) {
	m := personLink.FindStringSubmatch(strings.TrimSpace(said))
	if m == nil {
		return "", atField(cards.Refuse("fault.person", "person", cards.Code(snippet(said))), field)
	}
	return m[1] + m[2], nil
}
