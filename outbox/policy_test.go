package outbox_test

import (
	"strings"
	"testing"

	"magpie/outbox"
	"magpie/store/storetest"
)

func TestPolicyNeed(t *testing.T) {
	t.Parallel()
	known := []string{"activity.create", "activity.update", "subscribe.send"}
	for _, c := range []struct {
		rules, kind string
		byDefault   bool
		size, want  int
	}{
		{"", "subscribe.send", true, 1, 1},
		{"*=1", "activity.create", false, 1, 0},
		{"*=2", "activity.create", false, 1, 0},
		{"activity.create=1", "activity.create", false, 1, 1},
		{"*=1,*>1000=2,activity.update=0", "subscribe.send", true, 1000, 1},
		{"*=1,*>1000=2,activity.update=0", "subscribe.send", true, 1001, 2},
		{"*=1,*>1000=2,activity.update=0", "activity.update", true, 1, 0},
		{"*=1,*>1000=2,activity.update=0", "activity.update", true, 2000, 2},
		{"subscribe.send=0,*=3", "subscribe.send", true, 1, 0},
		{"*=3,subscribe.send=0", "subscribe.send", true, 1, 0},
		{"*>10=2,*>100=5,subscribe.send>50=3", "subscribe.send", true, 60, 3},
		{"*>10=2,*>100=5,subscribe.send>50=3", "subscribe.send", true, 101, 5},
		{"*>10=2", "subscribe.send", true, 10, 1},
		{" * = 2 , subscribe.send > 3 = 4 ", "subscribe.send", true, 4, 4},
	} {
		p, err := outbox.ParsePolicy(c.rules, known, nil)
		if err != nil {
			t.Errorf("ParsePolicy(%q): %v", c.rules, err)
			continue
		}
		if got := p.Need("wx1", c.kind, c.byDefault, c.size).People; got != c.want {
			t.Errorf("%q Need(%s, %t, %d): got %d, want %d", c.rules, c.kind, c.byDefault, c.size, got, c.want)
		}
	}
}

// A rule may be an account's: a named kind counts before a named account.
func TestPolicyOfAccounts(t *testing.T) {
	t.Parallel()
	accounts := map[string]string{"main": "wx1", "shop-mini": "wx2"}
	for _, c := range []struct {
		rules, account, kind string
		size, want           int
	}{
		{"*=1,main/mass.send=2,shop-mini/*>1000=2", "wx1", "mass.send", 1, 2},
		{"*=1,main/mass.send=2,shop-mini/*>1000=2", "wx2", "mass.send", 1, 1},
		{"*=1,main/mass.send=2,shop-mini/*>1000=2", "wx2", "mass.send", 1001, 2},
		{"*=1,main/mass.send=2,shop-mini/*>1000=2", "wx1", "subscribe.send", 1001, 1},
		{"*=1,main/*=3", "wx1", "subscribe.send", 1, 3},
		{"main/*=3,*=1", "wx1", "subscribe.send", 1, 3},
		{"main/*=3,mass.send=2", "wx1", "mass.send", 1, 2},
		{"mass.send=2,main/mass.send=0", "wx1", "mass.send", 1, 0},
		{"main/mass.send=0,mass.send>10=2", "wx1", "mass.send", 11, 2},
	} {
		p, err := outbox.ParsePolicy(c.rules, []string{"mass.send", "subscribe.send"}, accounts)
		if err != nil {
			t.Errorf("ParsePolicy(%q): %v", c.rules, err)
			continue
		}
		if got := p.Need(c.account, c.kind, true, c.size).People; got != c.want {
			t.Errorf("%q Need(%s, %s, %d): got %d, want %d", c.rules, c.account, c.kind, c.size, got, c.want)
		}
	}
	if p, _ := outbox.ParsePolicy("main/activity.create=1", []string{"activity.create"}, accounts); p.Need("wx1", "activity.create", false, 1).People != 1 || p.Need("wx2", "activity.create", false, 1).People != 0 {
		t.Error("a kind that asks only when named asks in the account that names it alone")
	}
	_, err := outbox.ParsePolicy("shop/*=1,main/mass.sned=1,main/*=1,main/*=2", []string{"mass.send"}, accounts)
	for _, want := range []string{`"shop/*=1" names an unknown account (known: main, shop-mini)`, `"main/mass.sned=1" names an unknown kind`, `"main/*=2" says again`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("faults: got %v, want %s in them", err, want)
		}
	}
}

func TestParsePolicyNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := outbox.ParsePolicy("subscrbe.send=2, *>x=1, *=-1, *=one, *, *=1, *=2", []string{"subscribe.send"}, nil)
	for _, want := range []string{`"subscrbe.send=2"`, `"*>x=1"`, `"*=-1"`, `"*=one"`, `"*" `, `"*=2" says again`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("faults: got %v, want %s in them", err, want)
		}
	}
}

// Asking anyway is for what looks like an earlier line. What is never asked about may
// bear approvals and rows of its own, which only its line knows.
func TestAskAnywayIsForWhatIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	n := w.mustAsk("test.file", "U1", "tea")
	if _, err := w.AskAnyway(t.Context(), press(n, "U1")); refusal(err) != "fault.anyway_never" {
		t.Errorf("got %v", err)
	}
}
