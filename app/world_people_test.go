package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"magpie/bot/slacktest"
)

// notYet are the parts of answers after which people are told to say it again: a machine
// that is busy with tests was too slow, or has not yet heard from Slack who somebody is.
// Nothing was done in each.
var notYet = []string{"Not accepted", "not accepted", "未受理", "I do not know you yet", "我还不认识你", "I do not know yet who is in", "还不知道用户组"}

// patiently does again what was not taken yet, as people are told to. Where it stays so it
// returns the last answer.
func patiently(do func() (string, error)) (answer string, err error) {
	for range 8 {
		answer, err = do()
		said := answer
		if refused, ok := errors.AsType[slacktest.FieldErrors](err); ok {
			said = refused.Error()
		} else if err != nil {
			break
		}
		if !slices.ContainsFunc(notYet, func(part string) bool { return strings.Contains(said, part) }) {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	return answer, err
}

// say says a line and returns the private answer.
func (w *world) say(ctx context.Context, who, channel, line string) (string, error) {
	return patiently(func() (string, error) { return w.sayOnce(ctx, who, channel, line) })
}

func (w *world) sayOnce(ctx context.Context, who, channel, line string) (string, error) {
	seen := w.before(who)
	ack, err := w.slack.Say(ctx, who, channel, line)
	if err != nil {
		return "", err
	}
	w.last = ack
	if ack.Message != nil {
		return ack.Message.PlainText(), nil
	}
	return w.privately(ctx, who, seen)
}

// mention says a line to the bot in a message. In the conversation of the two the
// answer is a message too.
func (w *world) mention(ctx context.Context, who, channel, text string, files ...slacktest.File) (string, error) {
	seen, stood := w.before(who), len(w.slack.Messages(channel))
	if err := w.slack.Mention(ctx, who, channel, "", text, files...); err != nil {
		return "", err
	}
	if channel != w.slack.DM(who) {
		return w.privately(ctx, who, seen)
	}
	waiting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	answer := ""
	err := w.slack.WaitFor(waiting, func() bool {
		for _, m := range w.slack.Messages(channel)[stood:] {
			if m.User != who && answer == "" {
				answer = m.PlainText()
			}
		}
		return answer != ""
	})
	return answer, err
}

// submit fills in and sends the form that the person has open.
func (w *world) submit(ctx context.Context, who string, values map[string]any) (string, error) {
	return patiently(func() (string, error) {
		seen := w.before(who)
		ack, err := w.slack.Submit(ctx, who, "", values)
		if err != nil {
			return "", err
		}
		w.last = ack
		return w.privately(ctx, who, seen)
	})
}

// before is what a person has been shown privately: how many messages, and the forms
// that stand open.
type before struct {
	messages int
	forms    []string
}

func (w *world) before(who string) before {
	b := before{messages: len(w.slack.Ephemerals(who))}
	for _, v := range w.slack.Views(who) {
		b.forms = append(b.forms, v.ID+v.Hash)
	}
	return b
}

// privately waits for the next thing that only that person sees: a message or a form.
func (w *world) privately(ctx context.Context, who string, seen before) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	text := ""
	err := w.slack.WaitFor(ctx, func() bool {
		if all := w.slack.Ephemerals(who); len(all) > seen.messages {
			text = all[len(all)-1].PlainText()
		}
		for _, v := range w.slack.Views(who) {
			if text == "" && !slices.Contains(seen.forms, v.ID+v.Hash) {
				text = v.PlainText()
			}
		}
		return text != ""
	})
	if err != nil {
		return "", errors.New("no private answer came")
	}
	return text, nil
}

// press presses the newest button of that label that the person sees; "Approve #3" is
// that of request 3.
func (w *world) press(ctx context.Context, who, label string) (string, error) {
	var on slacktest.Message
	label, number, _ := strings.Cut(label, " #")
	waiting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := w.slack.WaitFor(waiting, func() (ok bool) {
		on, ok = w.find(who, func(m slacktest.Message) bool {
			return slices.ContainsFunc(m.Buttons(), func(b slacktest.Button) bool {
				return b.Label == label && (number == "" || strings.HasSuffix(b.Value, " "+number))
			})
		})
		return ok
	}); err != nil {
		return "", fmt.Errorf("%s sees no button %q %s", who, label, number)
	}
	at := slacktest.Target{Channel: on.Channel, TS: on.TS}
	if on.EphemeralFor != "" {
		at = slacktest.Target{EphemeralID: on.TS}
	}
	for _, b := range on.Buttons() { // a list has several of that label
		if number != "" && b.Label == label && strings.HasSuffix(b.Value, " "+number) {
			label = b.Value
			break
		}
	}
	return patiently(func() (string, error) {
		seen := w.before(who)
		ack, err := w.slack.Press(ctx, who, at, label)
		if err != nil {
			return "", err
		}
		w.last = ack
		answer, err := w.privately(ctx, who, seen)
		// Whoever pressed looks where they pressed: also in their own conversation, and in
		// a thread only if the button stood in it.
		if all := w.slack.Ephemerals(who); err == nil && len(all) > seen.messages {
			if at := all[len(all)-1]; at.Channel != on.Channel || at.ThreadTS != on.ThreadTS {
				return "", fmt.Errorf("pressed in %s, thread %q; answered in %s, thread %q: %s", on.Channel, on.ThreadTS, at.Channel, at.ThreadTS, answer)
			}
		}
		return answer, err
	})
}

// turn presses a button of the modal that the person has open, and returns what is shown then.
func (w *world) turn(ctx context.Context, who, label string) (string, error) {
	return patiently(func() (string, error) {
		seen, open := w.before(who), w.slack.Views(who)
		if len(open) == 0 {
			return "", fmt.Errorf("%s has no modal open", who)
		}
		ack, err := w.slack.Press(ctx, who, slacktest.Target{ViewID: open[len(open)-1].ID}, label)
		if err != nil {
			return "", err
		}
		w.last = ack
		return w.privately(ctx, who, seen)
	})
}

// finder finds the newest message that satisfies want.
type finder func(want func(slacktest.Message) bool) (slacktest.Message, bool)

// find returns the newest message that the person may see, in channels, in their own
// conversation with the bot or privately, that satisfies want.
func (w *world) find(who string, want func(slacktest.Message) bool) (slacktest.Message, bool) {
	found, ok := w.findIn(append(slices.Clone(w.channels), w.slack.DM(who)), want)
	if all := w.slack.Ephemerals(who); len(all) > 0 && want(all[len(all)-1]) && (!ok || !all[len(all)-1].Posted.Before(found.Posted)) {
		return all[len(all)-1], true
	}
	return found, ok
}

// findIn looks in channels and their threads.
func (w *world) findIn(channels []string, want func(slacktest.Message) bool) (found slacktest.Message, ok bool) {
	for _, channel := range channels {
		for _, m := range w.slack.Messages(channel) {
			for _, m := range append([]slacktest.Message{m}, w.slack.Thread(channel, m.TS)...) {
				if want(m) && (!ok || m.TS >= found.TS) {
					found, ok = m, true
				}
			}
		}
	}
	return found, ok
}

// readable is a message with its buttons and the names of its files.
func readable(m slacktest.Message) string {
	text := m.PlainText()
	for _, b := range m.Buttons() {
		text += "\n[" + b.Label + "]"
		if c := b.Confirm; c != nil {
			text += " asks: " + c.Title + " " + c.Text + " [" + c.Confirm + "] [" + c.Deny + "]"
		}
	}
	for _, f := range m.Files {
		text += "\n{" + f.Name + "}"
	}
	return text
}

// has reports whether all the words stand on a message, and none of those after a !;
// [Label] is a button.
func has(m slacktest.Message, words []string) bool {
	text := m.Text + "\n" + readable(m)
	return !slices.ContainsFunc(words, func(word string) bool {
		absent, not := strings.CutPrefix(word, "!")
		return not == strings.Contains(text, absent)
	})
}

// shown waits until something that the person sees has all the words.
func (w *world) shown(ctx context.Context, who string, words ...string) (slacktest.Message, error) {
	return w.waitFor(ctx, func(want func(slacktest.Message) bool) (slacktest.Message, bool) { return w.find(who, want) }, words...)
}

func (w *world) waitFor(ctx context.Context, find finder, words ...string) (m slacktest.Message, err error) {
	waiting, cancel := context.WithTimeout(ctx, 45*time.Second)
	defer cancel()
	if w.slack.WaitFor(waiting, func() (ok bool) {
		m, ok = find(func(m slacktest.Message) bool { return has(m, words) })
		return ok
	}) == nil {
		return m, nil
	}
	return m, fmt.Errorf("%q is never seen; there is:\n%s", words, listing(find))
}

// everything is all that a person may see.
func (w *world) everything(who string) string {
	return listing(func(want func(slacktest.Message) bool) (slacktest.Message, bool) { return w.find(who, want) })
}

func listing(find finder) string {
	var b strings.Builder
	find(func(m slacktest.Message) bool {
		fmt.Fprintf(&b, "--- %s %s\n%s\n", m.Channel, m.TS, readable(m))
		return false
	})
	return b.String()
}
