package app

import (
	"context"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/bot/slacktest"
)

// checkForm fills in the form that the person has open and has it checked.
func (w *world) checkForm(ctx context.Context, who string, values map[string]any) (string, error) {
	views := w.slack.Views(who)
	if len(views) == 0 {
		return "", slacktest.FieldErrors{"": "no form is open"}
	}
	if err := w.slack.Fill(who, "", values); err != nil {
		return "", err
	}
	seen := w.before(who)
	if _, err := w.slack.Press(ctx, who, slacktest.Target{ViewID: views[len(views)-1].ID}, "Check"); err != nil {
		return "", err
	}
	return w.privately(ctx, who, seen)
}

// cmdChoices is `choices PERSON FIELD [TYPED]`: what a list of the open form offers.
func cmdChoices(ts *testscript.TestScript, neg bool, args []string) {
	options, err := theWorld(ts).slack.Suggest(ctx(ts), who(ts, args[0]), "", args[1], strings.Join(args[2:], " "))
	ts.Check(err)
	var said strings.Builder
	for _, o := range options {
		said.WriteString(o.Label + " = " + o.Value + "\n")
	}
	tell(ts, said.String())
}

// cmdCheckForm is `check-form PERSON KEY=VALUE…`.
func cmdCheckForm(ts *testscript.TestScript, neg bool, args []string) {
	values := map[string]any{}
	for _, a := range args[1:] {
		key, value, _ := strings.Cut(a, "=")
		values[key] = strings.ReplaceAll(line(ts, []string{value}), `\n`, "\n")
	}
	answered(ts)(theWorld(ts).checkForm(ctx(ts), who(ts, args[0]), values))
}
