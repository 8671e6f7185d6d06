package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

// Homes keeps which part of their home somebody has chosen: homes.Homes.
type Homes interface {
	// Choose has somebody's home show one part of it, or ("") all; false where they have
	// never opened it.
	Choose(ctx context.Context, person, filter string) (known bool, err error)
}

// The parts of a home, as `home PART` chooses them.
const (
	homeWaiting   = "waiting"
	homeMine      = "mine"
	homeSending   = "sending"
	homeSchedules = "schedules"
	homeDrafts    = "drafts"
	homeStuck     = "held"
)

var homeParts = []string{homeWaiting, homeMine, homeSending, homeSchedules, homeDrafts, homeStuck}

type homeArgs struct {
	Part *string `arg:"" optional:"" name:"PART" enum:"all,waiting,mine,sending,schedules,drafts,held"`
}

// home chooses what one's own home shows.
func home() *Command {
	return &Command{
		Path:     "home",
		Role:     outbox.Everyone,
		Hidden:   true,
		Examples: []string{`home mine`},
		grammar:  func() any { return new(homeArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			part := orNone(args[0].(*homeArgs).Part)
			if part == "all" {
				part = ""
			}
			if b.homes != nil {
				known, err := b.homes.Choose(ctx, call.Who.ID, part)
				if known || err != nil {
					return Answer{}, err
				}
			}
			return Answer{}, cards.Refuse("home.never_opened")
		},
	}
}

// homeFilters are the buttons that choose what a home shows.
func homeFilters(chosen string) []cards.Button {
	filters := []cards.Button{{Label: cards.T("home.all"), Line: "home all"}}
	for _, part := range homeParts {
		filters = append(filters, cards.Button{Label: cards.T("home." + part), Line: "home " + part})
	}
	for i, f := range filters {
		if f.Line == "home "+chosen || chosen == "" && i == 0 {
			filters[i].Style = "primary"
		}
	}
	return filters
}
