package bot

import (
	"slices"
	"testing"

	"magpie/bot/slacktest"
)

// A file is told with its owner and every place that Slack shows the bot.
func TestWhereAFileIsShared(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	files := NewFiles(botToken, h.APIURL)
	share := func(who string, channels ...string) string {
		f := h.AddFile(who, "list.csv", []byte("openid"))
		for _, channel := range channels {
			if _, err := h.Write(who, channel, "", "look", f); err != nil {
				t.Fatal(err)
			}
		}
		return f.ID
	}
	dm := h.DM(amy)
	for name, test := range map[string]struct {
		id string
		in []string
	}{
		"in a form alone":        {share(amy), nil},
		"in a public channel":    {share(amy, general), []string{general}},
		"in several places":      {share(amy, general, "C0TEAM", secret), []string{general, "C0TEAM"}},
		"with the bot alone":     {share(amy, dm), []string{dm}},
		"with another company":   {share(amy, "C0SHARED"), []string{"C0SHARED"}},
		"where the bot sees not": {share(amy, secret), nil},
		"nowhere":                {"F0NONE", nil},
	} {
		got, err := files.Shared(t.Context(), test.id)
		slices.Sort(test.in)
		found := name != "nowhere" && name != "where the bot sees not"
		if err != nil || (got.ID == test.id) != found || (got.User == amy) != found || !slices.Equal(got.In, test.in) {
			t.Errorf("%s: got %+v, %v, want in %v", name, got, err, test.in)
		}
	}
	h.Fail("files.info", -1, slacktest.Fault{Status: 503})
	if got, err := files.Shared(t.Context(), "F0ANY"); err == nil {
		t.Errorf("while Slack is away: got %+v, want an error", got)
	}
}
