package commands

import (
	"errors"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// templated is which templates a command's lines name in TEMPLATE_ID.
type templated int

const (
	noTemplates templated = iota
	ofSubscriptions
	ofService
)

// list is the place of such templates among the lists of Templates.
func (t templated) list() int { return int(t - ofSubscriptions) }

// inLine is the one that words name, where it is known, and which word names it.
func (t *Templates) inLine(c *Command, words []Word) (one wechat.Template, at int, ok bool) {
	if at, ok = c.templateWord(words); ok {
		one, ok = t.find(words[at].Text, c.templates == ofService)
	}
	return one, at, ok
}

// templateWord is the word that names a template.
func (c *Command) templateWord(words []Word) (at int, ok bool) {
	if c.templates == noTemplates {
		return 0, false
	}
	at = slices.IndexFunc(words, func(w Word) bool { return strings.EqualFold(normalKey(w.Key), "TEMPLATE_ID") })
	if at < 0 {
		at = slices.IndexFunc(words, func(w Word) bool { return w.Key == "" && w.Text != "" })
	}
	return at, at >= 0 && words[at].Text != ""
}

// nicknamesIn is the nickname that words call a template by: somebody may move it.
func (t *Templates) nicknamesIn(c *Command, words []Word) []outbox.Name {
	at, ok := c.templateWord(words)
	if !ok || t == nil || t.nicknamed(words[at].Text) == "" {
		return nil
	}
	return []outbox.Name{{What: outbox.NamedNickname, Name: foldName(words[at].Text)}}
}

// translate lets a line call a known template by its nickname or title, and its
// fields by their labels: 课程="茶艺" is thing1="茶艺".
func (t *Templates) translate(c *Command, words []Word) []Word {
	one, at, ok := t.inLine(c, words)
	if !ok {
		return words
	}
	words = slices.Clone(words)
	words[at].Text = one.ID
	for i, w := range words {
		if w.Key == "" {
			continue
		}
		key := normalKey(w.Key)
		if strings.EqualFold(key, "data") {
			words[i].Text = namesIn(one, w.Text)
			continue
		}
		if slices.ContainsFunc(c.args, func(a arg) bool { return strings.EqualFold(a.Key, key) }) {
			continue
		}
		label, _ := cutPrefixFold(key, "data.")
		if name := fieldOf(one, label); name != "" && name != label {
			words[i].Key = "data." + name
		}
	}
	return words
}

// namesIn puts names for labels in what a form's field holds.
func namesIn(t wechat.Template, text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		at := strings.IndexAny(line, "=＝")
		if at > 0 {
			if name := fieldOf(t, normalKey(strings.TrimFunc(line[:at], isSpace))); name != "" {
				line = name + line[at:]
			}
		}
		out.WriteString(line)
	}
	return out.String()
}

// fieldOf is the name of the field that is named or labelled so, or "".
func fieldOf(t wechat.Template, said string) string {
	for _, f := range t.Fields {
		if f.Name == said {
			return f.Name
		}
	}
	for _, f := range t.Fields {
		if f.Label != "" && foldName(f.Label) == foldName(said) {
			return f.Name
		}
	}
	return ""
}

// against adds to what is wrong with data what its template does not take. err
// is what the API's own rules say of it.
func (t *Templates) against(which templated, id string, data map[string]wechat.DataValue, unchecked []string, err error) error {
	one, ok := t.find(id, which == ofService)
	if !ok || len(one.Fields) == 0 {
		return err
	}
	var all []error
	for _, f := range wechat.FieldErrors(err) {
		if !strings.HasPrefix(f.Field, "data.") {
			all = append(all, f)
		}
	}
	if all = append(all, one.Check(data, unchecked)); errors.Join(all...) == nil {
		return nil
	}
	return &ofTemplate{errors.Join(all...), one}
}

// ofTemplate is what a template does not take.
type ofTemplate struct {
	error
	template wechat.Template
}

func (e *ofTemplate) Unwrap() error { return e.error }

// field is the template's field of that name on the wire.
func (e *ofTemplate) field(wire string) (wechat.TemplateField, bool) {
	name, ok := strings.CutPrefix(wire, "data.")
	if !ok {
		return wechat.TemplateField{}, false
	}
	at := slices.IndexFunc(e.template.Fields, func(f wechat.TemplateField) bool { return f.Name == name })
	if at < 0 {
		return wechat.TemplateField{}, false
	}
	return e.template.Fields[at], true
}

// templateForm asks for the fields of a known template, one by one, with their labels,
// examples and choices, and for what else the line lacks. Where the line names the
// template and nothing else, it offers everything.
func (c *Command) templateForm(line string, t wechat.Template, words []Word, missing []string) *cards.Form {
	var only []string
	for _, a := range c.args {
		if !a.Positional && !a.Data && (len(words) == 1 || slices.Contains(missing, a.Key)) {
			only = append(only, a.Key)
		}
	}
	form := c.form(line, append(only, "-")) // "-": nothing, where there is nothing else
	examples := map[string]string{}
	for example := range strings.Lines(t.Example) {
		if label, value, ok := strings.Cut(strings.Replace(example, "：", ":", 1), ":"); ok {
			examples[foldName(label)] = strings.TrimFunc(value, isSpace)
		}
	}
	var fields []cards.Input
	for _, f := range t.Fields {
		label := cards.Plain(f.Name)
		if f.Label != "" {
			label = cards.Plain(f.Label + " (" + f.Name + ")")
		}
		in := cards.Input{Key: f.Name, Label: label, Required: true, Example: examples[foldName(f.Label)]}
		if wechat.NotShown(f.Name) {
			in.Required, in.Hint = false, cards.T("answer.template_unshown_hint")
		}
		for _, value := range f.Enum {
			in.Choices = append(in.Choices, cards.Choice{Value: value, Label: cards.Plain(value)})
		}
		fields = append(fields, in)
	}
	form.Intro = cards.T("answer.template_form", "title", t.Title)
	at := min(1, len(form.Inputs)) // after the recipients
	form.Inputs = slices.Insert(form.Inputs, at, fields...)
	requiredFirst(form.Inputs)
	return form
}

// looseFields are the fields of a template that a form asked for one by one.
func (c *Command) looseFields(values map[string]string) []string {
	var parts []string
	for _, a := range c.args {
		if !a.Data || !a.Bare {
			continue
		}
		names := Data{}
		for key := range values {
			name, ok := a.dataName(key)
			isArg := slices.ContainsFunc(c.args, func(b arg) bool { return b.Key == key })
			if ok && !isArg && strings.TrimFunc(values[key], isSpace) != "" {
				names[name] = Datum{}
			}
		}
		for _, name := range names.Names() {
			parts = append(parts, a.dataKey(name)+"="+Quote(foldTime(name, values[name])))
		}
	}
	return parts
}
