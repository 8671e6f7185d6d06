package commands

import (
	"context"
	"strings"

	"magpie/outbox"
	"magpie/schedules"
)

type scheduleOnceArgs struct {
	Name ScheduleName `arg:"" name:"NAME" example:"christmas"`
	When []string     `arg:"" name:"WHEN" example:"2026-12-24 18:00"`

	TZ      string  `name:"tz" placeholder:"ZONE" example:"Asia/Shanghai"`
	Channel string  `name:"channel" placeholder:"#CHANNEL"`
	Missed  *string `name:"missed" enum:"skip,once,ask"`
	Line    string  `name:"line" required:"" inner:"" placeholder:"LINE" lines:"" example:"subscribe send TEMPLATE_ID to=OPENID thing1=\"Tea\""`
}

func scheduleOnce() *Command {
	return &Command{
		Path:  "schedule once",
		Role:  outbox.Sender,
		looks: true,
		Examples: []string{
			`schedule once christmas "2026-12-24 18:00" -- subscribe send TEMPLATE_ID to=OPENID thing1="Merry Christmas"`,
			`schedule once reminder "tomorrow 18:30" tz=Asia/Shanghai -- subscribe send TEMPLATE_ID to=OPENID thing1="Tea"`,
		},
		grammar: func() any { return new(scheduleOnceArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*scheduleOnceArgs)
			d := schedules.Draft{Once: true, Name: string(a.Name), When: strings.Join(a.When, " "), Zone: a.TZ, Channel: a.Channel, Line: a.Line, Missed: orNone(a.Missed), Overlap: "wait"}
			if d.Missed == "" {
				d.Missed = "ask"
			}
			return askSchedule(ctx, b, call, d, 0)
		},
	}
}
