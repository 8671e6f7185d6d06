package commands

import (
	"slices"
	"strings"
	"testing"
)

// Of every command it is decided whether a program may say it: a new one belongs into one of
// the two lists.
func TestWhatProgramsMaySay(t *testing.T) {
	t.Parallel()
	people := pathsIn(`approve, reject, ask-changes, again, again failed, leave, anyway, article waive, schedule missed,
		resume, resume-all, schedule resume, account use, template name, away, me, token new, token revoke, forget`)
	programs := pathsIn(`subscribe send, weapp subscribe send, template send, uniform send, custom send, mass send, mass delete, preview, trial, news upload,
		activity create, activity update, tag create, tag add, tag remove, qrcode, material upload, pictures upload, template add, template delete,
		article draft, article import, article outline, article edit, article theme, article revise, article translate, article cover, article preview, article upload,
		article publish, article take-back, article stop, article again, article remove, article mend,
		comment reply, comment unreply, comment feature, comment unfeature, comment delete, comment open, comment close,
		audience import, audience tag, audience subscribed, audience followers, audience test, audience remove, unsubscribe add, unsubscribe remove,
		schedule add, schedule once, schedule edit, schedule run, schedule remove, save, saved remove, say, change, send-this,
		withdraw, pause, stop, pause-all, schedule pause,
		articles, article show, article diff, article history, article check, article results, comments, templates, weapp templates, template categories, template library,
		drafts, draft show, material list, followers, tags, quota, rid, accounts, audience list, audiences, audience show, audience rows, unsubscribe list,
		schedules, schedule show, schedule next, schedule history, check, saved, requests, show, audit, details, reasons, rows, who may, tokens, help, start, forms, plain-words, home`)
	for _, c := range all() {
		switch person, program := slices.Contains(people, c.Path), slices.Contains(programs, c.Path); {
		case person == program:
			t.Errorf("%q: nobody has decided whether a program may say it", c.Path)
		case isForPeople(c.Path) != person:
			t.Errorf("%q: for people alone is %t, want %t", c.Path, isForPeople(c.Path), person)
		}
	}
	for _, path := range slices.Concat(people, programs) {
		if !slices.ContainsFunc(all(), func(c *Command) bool { return c.Path == path }) {
			t.Errorf("there is no command %q", path)
		}
	}
}

// Of every command it is written down which of its arguments answer a question that a person is
// asked, and a program's line with one of them is known by it.
func TestWhatProgramsMayNotAnswer(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"audience import": "replace", "audience tag": "replace", "audience subscribed": "replace", "audience followers": "replace", "trial": "",
		"audience test": "replace", "audience remove": "sure", "comment delete": "sure", "schedule run": "anyway", "schedule missed": "anyway",
		"template name": "replace", "subscribe send": "unchecked", "weapp subscribe send": "unchecked", "template send": "unchecked",
	}
	for _, c := range all() {
		args, key := argsOf(c.grammar()), ""
		for _, a := range args {
			answers := slices.Contains([]string{"anyway", "sure", "replace", "unchecked"}, a.Key)
			if a.People != answers {
				t.Errorf("%q %s=: for people is %t, want %t", c.Path, a.Key, a.People, answers)
			}
			if a.People {
				key = a.Key
				grammar := c.grammar()
				if err := a.set(grammar, []string{"yes"}); err != nil {
					t.Fatal(err)
				}
				c.args = args
				if got := (Plan{command: c, args: []any{c.grammar(), grammar}}).decides(); got != key {
					t.Errorf("%q %s=yes: got %q", c.Path, key, got)
				}
			}
		}
		if key != want[c.Path] {
			t.Errorf("%q: got %q, want %q", c.Path, key, want[c.Path])
		}
	}
}

// pathsIn are paths that stand between commas.
func pathsIn(text string) []string {
	all := strings.Split(text, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}
