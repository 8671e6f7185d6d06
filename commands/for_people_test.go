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
		schedules, schedule show, schedule next, schedule history, check, saved, requests, show, audit, details, rows, who may, tokens, help, start, forms, plain-words, home`)
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

// pathsIn are paths that stand between commas.
func pathsIn(text string) []string {
	all := strings.Split(text, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}
