package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/bot/slacktest"
)

// cmdHome looks at the bot's home: home WHO WORDS… opens it and waits until it shows all the
// WORDS (!WORD: without it); home-shows waits without opening it; ! home-shows: WHO has none.
// stdout is it, with its buttons as [Label].
func cmdHome(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(theWorld(ts).slack.OpenHome(ctx(ts), who(ts, args[0])))
	cmdHomeShows(ts, neg, args)
}

func cmdHomeShows(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	if neg {
		if v, has := w.slack.Home(person); has {
			ts.Fatalf("%s has a home: %s", args[0], readableView(v))
		}
		return
	}
	text := ""
	waiting, cancel := context.WithTimeout(ctx(ts), 40*time.Second)
	defer cancel()
	if err := w.slack.WaitFor(waiting, func() bool {
		v, has := w.slack.Home(person)
		text = readableView(v)
		return has && shows(text, args[1:])
	}); err != nil {
		ts.Fatalf("%q never stands on the home of %s; there is:\n%s", args[1:], args[0], text)
	}
	tell(ts, text)
}

// shows reports whether all the words stand in a text, and none of those after a !.
func shows(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool {
		absent, not := strings.CutPrefix(word, "!")
		return not == strings.Contains(text, absent)
	})
}

// readableView is a home or a modal with its buttons.
func readableView(v slacktest.View) string {
	text := v.PlainText()
	for _, b := range v.Buttons() {
		text += "\n[" + b.Label + "] " + b.Value
	}
	return text
}

// cmdPressHome presses a button of one's home, "Approve #3" that of request 3; press-view does
// so in the modal on top. stdout is the answer: a message in one's own conversation with the
// bot, or what the modal shows then. press-home-silently waits for no answer.
func cmdPressHome(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	v, has := w.slack.Home(person)
	if !has {
		ts.Fatalf("%s has no home", args[0])
	}
	pressView(ts, person, v, args[1:], true)
}

func cmdPressHomeSilently(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	v, _ := w.slack.Home(person)
	pressView(ts, person, v, args[1:], false)
}

func cmdPressView(ts *testscript.TestScript, neg bool, args []string) {
	person := who(ts, args[0])
	views := theWorld(ts).slack.Views(person)
	if len(views) == 0 {
		ts.Fatalf("%s has no modal open", args[0])
	}
	pressView(ts, person, views[len(views)-1], args[1:], true)
}

func pressView(ts *testscript.TestScript, person string, v slacktest.View, words []string, answers bool) {
	w := theWorld(ts)
	label, number, _ := strings.Cut(strings.Join(words, " "), " #")
	at := slices.IndexFunc(v.Buttons(), func(b slacktest.Button) bool {
		return b.Label == label && (number == "" || strings.HasSuffix(b.Value, " "+number))
	})
	if at < 0 {
		ts.Fatalf("there is no button %q in:\n%s", words, readableView(v))
	}
	answer, err := patiently(func() (string, error) {
		dm := w.slack.DM(person)
		seen, stood := w.before(person), len(w.slack.Messages(dm))
		ack, err := w.slack.Press(ctx(ts), person, slacktest.Target{ViewID: v.ID}, v.Buttons()[at].Value)
		if err != nil {
			return "", err
		}
		w.last = ack
		if !answers {
			return "", nil
		}
		return w.inPerson(ctx(ts), person, seen, stood)
	})
	ts.Check(err)
	tell(ts, answer)
}

// inPerson waits for a message in somebody's own conversation with the bot, or for a modal that
// is new or shows something else.
func (w *world) inPerson(ctx context.Context, person string, seen before, stood int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	text := ""
	err := w.slack.WaitFor(ctx, func() bool {
		for _, v := range w.slack.Views(person) {
			if !slices.Contains(seen.forms, v.ID+v.Hash) {
				text = readableView(v)
			}
		}
		for _, m := range w.slack.Messages(w.slack.DM(person))[stood:] {
			text = m.PlainText()
		}
		return text != ""
	})
	if err != nil {
		return "", fmt.Errorf("%s got no answer", person)
	}
	return text, nil
}

// cmdGlobal uses a global shortcut: global WHO CALLBACK_ID. stdout is the modal.
func cmdGlobal(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	answered(ts)(patiently(func() (string, error) {
		seen, stood := w.before(person), len(w.slack.Messages(w.slack.DM(person)))
		ack, err := w.slack.Shortcut(ctx(ts), person, args[1], slacktest.Target{})
		if err != nil {
			return "", err
		}
		w.last = ack
		return w.inPerson(ctx(ts), person, seen, stood)
	}))
}

// cmdMentionInThread names the bot in the thread of the message that was posted last, in
// which the answer must stand.
func cmdMentionInThread(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	answered(ts)(patiently(func() (string, error) {
		seen := len(w.slack.Ephemerals(person))
		if err := w.slack.Mention(ctx(ts), person, general, w.posted, "<@"+w.slack.Bot().ID+"> "+line(ts, args[1:])); err != nil {
			return "", err
		}
		var answer slacktest.Message
		waiting, cancel := context.WithTimeout(ctx(ts), 30*time.Second)
		defer cancel()
		err := w.slack.WaitFor(waiting, func() bool {
			all := w.slack.Ephemerals(person)
			if len(all) > seen {
				answer = all[len(all)-1]
			}
			return len(all) > seen
		})
		if err == nil && answer.ThreadTS != w.posted {
			err = fmt.Errorf("it was answered in the thread %q, not in %q: %s", answer.ThreadTS, w.posted, answer.PlainText())
		}
		return readable(answer), err
	}))
}

// cmdSubmitInPerson is submit of a form that was opened in no channel: it is answered in one's
// own conversation with the bot.
func cmdSubmitInPerson(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	values := map[string]any{}
	for _, a := range args[1:] {
		key, value, _ := strings.Cut(a, "=")
		values[key] = value
	}
	answered(ts)(patiently(func() (string, error) {
		stood := len(w.slack.Messages(w.slack.DM(person)))
		ack, err := w.slack.Submit(ctx(ts), person, "", values)
		if err != nil {
			return "", err
		}
		w.last = ack
		return w.inPerson(ctx(ts), person, w.before(person), stood)
	}))
}
