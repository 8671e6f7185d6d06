package slacktest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"magpie/bot/slacktest"
)

func bars(title, series, axis string) string {
	return fmt.Sprintf(`{"type":"data_visualization","title":%q,"chart":{"type":"bar","series":%s,"axis_config":%s}}`, title, series, axis)
}

func row(name, label string, n int) string {
	return fmt.Sprintf(`{"name":%q,"data":%s}`, name, times(n, func(i int) string { return fmt.Sprintf(`{"label":"%s%02d","value":-1.5}`, label, i) }))
}

func categories(label string, n int) string {
	return `{"categories":` + times(n, func(i int) string { return fmt.Sprintf(`"%s%02d"`, label, i) }) + `}`
}

func pieces(n int, label, value string) string {
	return `{"type":"data_visualization","title":"a","chart":{"type":"pie","segments":` + times(n, same(`{"label":"`+label+`","value":`+value+`}`)) + `}}`
}

func TestRulesOfCharts(t *testing.T) {
	t.Parallel()
	good := bars("a", "["+row("a", "p", 1)+"]", categories("p", 1))
	numbered := func(n int) string { return times(n, func(i int) string { return row(fmt.Sprint(i), "p", 1) }) }
	for _, c := range []struct{ blocks, want string }{
		{good, ""},
		{good + "," + good, ""},
		{good + "," + good + "," + good, "no more than 2 data_visualization"},
		{good + "," + good + `,{"type":"container","title":` + plainText(1) + `,"child_blocks":[` + good + `]}`, "no more than 2 data_visualization"},
		{bars(rep(50), numbered(6), categories("p", 1)), ""},
		{bars(rep(51), numbered(6), categories("p", 1)), "must be less than 51 characters"},
		{bars("a", numbered(7), categories("p", 1)), "no more than 6 items"},
		{bars("a", "["+row("a", "p", 20)+"]", categories("p", 20)), ""},
		{bars("a", "["+row("a", "p", 21)+"]", categories("p", 21)), "no more than 20 items"},
		{bars("a", "["+row(rep(20), rep(18), 1)+"]", categories(rep(18), 1)), ""},
		{bars("a", "["+row(rep(21), "p", 1)+"]", categories("p", 1)), "must be less than 21 characters"},
		{bars("a", "["+row("a", rep(19), 1)+"]", categories(rep(19), 1)), "must be less than 21 characters"},
		{bars("a", "["+row("a", "p", 1)+","+row("a", "p", 1)+"]", categories("p", 1)), "names must be unique"},
		{bars("a", "["+row("a", "p", 1)+"]", categories("p", 2)), "one point for each category"},
		{bars("a", "["+row("a", "p", 1)+"]", `{"categories":["p00","p00"]}`), "must be unique"},
		{bars("a", "["+row("a", "p", 1)+"]", `{"categories":["p00"],"x_label":"`+rep(51)+`"}`), "must be less than 51 characters"},
		{strings.Replace(good, "-1.5", `"1"`, 1), "must be a number"},
		{strings.Replace(good, `"bar"`, `"radar"`, 1), "unsupported type: radar"},
		{pieces(6, "a", "0.5"), ""},
		{pieces(7, "a", "0.5"), "no more than 6 items"},
		{pieces(1, "a", "0"), "must be more than 0"},
	} {
		err := slacktest.ValidateMessage("t", json.RawMessage("["+c.blocks+"]"))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("ValidateMessage(%s): got %v, want %q", c.blocks, err, c.want)
		}
	}
	if err := slacktest.ValidateView(json.RawMessage(`{"type":"home","blocks":[` + good + `]}`)); err == nil {
		t.Error("a home with a chart is taken; it stands in messages alone")
	}
}
