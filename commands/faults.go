package commands

import (
	"errors"
	"regexp"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

const (
	maxButton = 2000 // bytes of a button's line; Slack's limit is in characters
	maxFaults = 12   // faults that are told of one line
)

// refuse tells every fault of a line, its usage and an example, with a button that
// says the corrected line where there is one. From a form, the faults alone.
func (b *Book) refuse(c *Command, call Call, faults []fault) *cards.Refusal {
	refusal := &cards.Refusal{}
	var texts []cards.Text
	for _, f := range faults[:min(len(faults), maxFaults)] {
		texts = append(texts, f.text)
		refusal.Faults = append(refusal.Faults, cards.Fault{Field: f.field, Text: f.text})
		if refusal.Field == "" {
			refusal.Field = f.field
		}
	}
	if more := len(faults) - maxFaults; more > 0 {
		texts = append(texts, cards.T("fault.more", "count", more))
		refusal.Faults = append(refusal.Faults, cards.Fault{Field: faults[0].field, Text: texts[len(texts)-1]})
	}
	if open := undecided(faults); len(open) > 0 {
		texts = append(texts, b.offerUnchecked(refusal, call, open))
		refusal.Faults = append(refusal.Faults, cards.Fault{Field: faults[0].field, Text: texts[len(texts)-1]})
	}
	if call.Form {
		refusal.Text = lines(texts)
		return refusal
	}
	refusal.Faults = nil // they are told in one message
	mended, ok := mend(call.Line, faults)
	b.complete(refusal, call, c, texts, mended, ok)
	return refusal
}

// complete puts under the faults the corrected line, where it is sound, the usage and
// an example.
func (b *Book) complete(refusal *cards.Refusal, call Call, c *Command, texts []cards.Text, mended string, mends bool) {
	if mends && b.sound(call, mended) {
		texts = append(texts, cards.T("fault.mended", "line", cards.Code(b.index.said(mended))))
		refusal.Buttons = append(refusal.Buttons, sayIt(mended))
	}
	texts = append(texts, cards.T("fault.usage", "usage", cards.Code(b.index.usage(c))))
	if len(c.Examples) > 0 {
		texts = append(texts, cards.T("fault.example", "example", cards.Code(b.index.said(c.Examples[0]))))
	}
	refusal.Text = lines(texts)
}

// sound reports that a mended line has no fault left and fits on a button.
func (b *Book) sound(call Call, line string) bool {
	call.Line, call.Form = line, true // without usage, and so without end
	_, err := b.plan(call)
	return err == nil && len(line) <= maxButton
}

func sayIt(line string) cards.Button {
	return cards.Button{Label: cards.T("answer.say_mended"), Line: line, Style: "primary"}
}

// lines puts one text under the other.
func lines(texts []cards.Text) cards.Text {
	if len(texts) == 1 {
		return texts[0]
	}
	return cards.T("fault.lines", "line", texts[0], "rest", lines(texts[1:]))
}

// missingOnly are the arguments that are missing, where nothing else is wrong.
func missingOnly(faults []fault) []string {
	var keys []string
	for _, f := range faults {
		if !f.missing {
			return nil
		}
		keys = append(keys, f.field)
	}
	return keys
}

// fieldFaults are the faults that a check of WeChat's rules has found.
func fieldFaults(c *Command, err error) []fault {
	var faults []fault
	var of *ofTemplate
	errors.As(err, &of)
	for _, f := range wechat.FieldErrors(err) {
		input, shown := f.Field, f.Field
		if c.names != nil {
			input, shown = c.names(f.Field)
		}
		if of != nil {
			if field, ok := of.field(f.Field); ok {
				input, shown = field.Name, strings.TrimSpace(field.Name+" "+field.Label)
			}
		}
		open := ""
		if f.Undecided() {
			open = strings.TrimPrefix(f.Field, "data.")
		}
		faults = append(faults, fault{
			field:     input,
			undecided: open,
			text:      cards.T("fault.field", "name", cards.Code(shown), "why", cards.Both(c.inLine(f.Why("en")), c.inLine(f.Why("zh")))),
		})
	}
	return faults
}

var wireName = regexp.MustCompile(`[a-z]+_[a-z_]+`)

// inLine names arguments as lines do where a rule speaks of WeChat's fields.
func (c *Command) inLine(why string) string {
	if c.names == nil {
		return why
	}
	return wireName.ReplaceAllStringFunc(why, func(field string) string {
		_, shown := c.names(field)
		return shown
	})
}

// fieldNames tell WeChat's name of a field or of a group of fields, the argument's
// name, and whether it is a group.
type fieldNames []struct {
	wire, arg string
	group     bool
}

// of finds the input of a form and the name in a line for a field of WeChat's.
// A field of template data belongs to the input that takes them all.
func (names fieldNames) of(field string) (input, shown string) {
	for _, n := range names {
		rest, below := strings.CutPrefix(field, n.wire+".")
		switch {
		case field == n.wire:
			return n.arg, n.arg
		case !below || !n.group:
		case n.arg == "":
			return rest, rest
		case n.arg == "data":
			return n.arg, rest
		case strings.HasSuffix(n.arg, ".data"):
			return n.arg, n.arg + "." + rest
		default:
			return n.arg + "." + rest, n.arg + "." + rest
		}
	}
	return field, field
}

// refuseLex completes what the lexer says about a quote.
func (b *Book) refuseLex(call Call, before []Word, err error) error {
	var fault *lexFault
	if call.Form || !errors.As(err, &fault) {
		return err
	}
	c, _ := b.index.find(b.index.withoutCommand(before))
	if c == nil {
		c = b.index.lookup("help")
	}
	refusal := *fault.Refusal
	b.complete(&refusal, call, c, []cards.Text{refusal.Text}, fault.mended, fault.mended != "")
	return &refusal
}

// unknownPath refuses words that begin no command, and names those they may mean.
func (b *Book) unknownPath(call Call, words []Word) *cards.Refusal {
	said := strings.TrimSpace(pathWord(words, 0) + " " + pathWord(words, 1))
	near := b.index.Suggest(said)
	// How many words were meant for the path: as many as bring it nearest.
	last := 0
	if len(near) > 0 && len(words) > 1 && (near[0] == b.index.listOf(said) || distance(said, near[0]) < distance(pathWord(words, 0), near[0])) {
		last = 1
	}
	if long := b.index.longPathNear(words); long != "" {
		near, last = []string{long}, longestPath-1
	}
	var wrote []string
	for _, w := range words[:last+1] {
		wrote = append(wrote, w.Text)
	}
	written := cards.Code(strings.TrimSpace(strings.Join(wrote, " ")))
	refusal := cards.Refuse("fault.command", "line", written)
	c := b.index.lookup("help")
	if len(near) > 0 {
		refusal.Text = cards.T("fault.command_near", "line", written, "near", either(b.index.codesOf(near)))
		c = b.index.lookup(near[0])
	}
	if call.Form {
		return refusal
	}
	texts := []cards.Text{refusal.Text}
	if len(near) == 0 { // nothing to go by: the things that are done most
		refusal.Buttons = startButtons()
		return refusal
	}
	if len(near) != 1 {
		refusal.Buttons = helpButtons(near)
		b.complete(refusal, call, b.index.lookup("help"), texts, "", false)
		return refusal
	}
	b.complete(refusal, call, c, texts, near[0]+call.Line[words[last].End:], true)
	return refusal
}

// longPathNear is the path of three words that words are a slip of, or "".
func (x *index) longPathNear(words []Word) string {
	if pathWord(words, longestPath-1) == "" {
		return ""
	}
	var long []string
	for _, c := range x.commands {
		if len(strings.Fields(c.Path)) == longestPath && !c.Hidden {
			long = append(long, c.Path)
		}
	}
	return nearest(pathOf(words, longestPath), long)
}

func (x *index) codesOf(paths []string) []cards.Text {
	texts := make([]cards.Text, len(paths))
	for i, path := range paths {
		texts[i] = cards.Code(x.said(path))
	}
	return texts
}

// either offers one of texts.
func either(texts []cards.Text) cards.Text {
	switch len(texts) {
	case 1:
		return texts[0]
	case 2:
		return cards.T("fault.or", "one", texts[0], "other", texts[1])
	}
	return cards.T("fault.either", "one", texts[0], "rest", either(texts[1:]))
}

// helpButtons explain the commands that may be meant.
func helpButtons(paths []string) []cards.Button {
	var buttons []cards.Button
	for _, path := range paths {
		buttons = append(buttons, cards.Button{Label: cards.Plain(path), Line: "help " + path})
	}
	return buttons
}
