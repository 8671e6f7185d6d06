package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

const (
	// optionsShown is how many options Slack takes of a list.
	optionsShown = 100
	// audienceKey is the field of a form in which an audience is chosen in the people's stead.
	audienceKey = "audience"
)

// listOf is the list that an argument's value is chosen from in a form; "": it is written.
func (c *Command) listOf(a arg) string {
	switch {
	case a.Key == "TEMPLATE_ID" && c.Path != "template add", c.Path == "audience subscribed" && a.Key == "template":
		return cards.ListTemplates
	case a.Key == "NAME" && slices.Contains([]string{"audience show", "audience rows", "audience remove"}, c.Path):
		return cards.ListAudiences
	}
	return ""
}

// withAudiences offers the audiences in a form for messages to people, where there are any: one
// of both is needed then.
func (b *Book) withAudiences(ctx context.Context, call Call, form *cards.Form) {
	to := slices.IndexFunc(form.Inputs, func(in cards.Input) bool { return in.Key == "to" && in.Lines })
	if to < 0 || b.audiences == nil || form.Input(audienceKey) != nil {
		return
	}
	names, err := b.sight.audienceNames(ctx, call, b.served.accountsFor(call, form.Line, ""), "")
	if err != nil || len(names) == 0 {
		return
	}
	in := &form.Inputs[to]
	audience := cards.Input{Key: audienceKey, Label: cards.T("form.audience"), Hint: cards.T("form.audience_hint"), List: cards.ListAudiences}
	if name, ok := strings.CutPrefix(in.Value, "@"); ok {
		in.Value, audience.Value = "", name
	}
	in.Required = false
	form.Inputs = slices.Insert(form.Inputs, to+1, audience)
}

// Options are the values that a field of a form may have, of which account may have been chosen
// in it, by what somebody has typed: what they may see, at most 100, and what they typed itself.
func (b *Book) Options(ctx context.Context, call Call, account, field, typed string) ([]cards.Choice, error) {
	if call.Who.Gone || !b.sight.isOfUs(call.Who) {
		return nil, nil
	}
	call, err := b.usually(ctx, call)
	if err != nil {
		return nil, err
	}
	typed = strings.TrimFunc(typed, isSpace)
	of := b.served.accountsFor(call, call.Line, account)
	var choices []cards.Choice
	switch c := b.index.formed(call.Line); {
	case field == audienceKey || field == "NAME":
		names, err := b.sight.audienceNames(ctx, call, of, typed)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			choices = append(choices, cards.Choice{Value: name, Label: cards.Plain("@" + name)})
		}
	case c == nil:
		return nil, nil
	default:
		choices = templateChoices(b, c, of, typed)
	}
	if typed != "" && !slices.ContainsFunc(choices, func(one cards.Choice) bool { return one.Value == typed }) {
		choices = append(choices[:min(len(choices), optionsShown-1)], cards.Choice{Value: typed, Label: cards.Plain(typed)})
	}
	return choices, nil
}

// formed is the command whose form a line opens: of a change, that of the line inside.
func (x *index) formed(line string) *Command {
	words, err := Lex(line)
	if err != nil {
		return nil
	}
	c, rest := x.find(x.withoutCommand(words))
	if at := slices.IndexFunc(rest, isDash); c != nil && c.Path == "change" && at >= 0 {
		c, _ = x.find(x.withoutCommand(rest[at+1:]))
	}
	return c
}

// accountsFor are the accounts that a form's line may be for: the one that is chosen or named,
// the channel's, or those whose kind has the command.
func (s *served) accountsFor(call Call, line, chosen string) wechat.Accounts {
	words, err := Lex(line)
	c := s.index.formed(line)
	if err != nil || c == nil {
		return nil
	}
	for _, w := range words {
		if isKey(w, accountKey) {
			chosen = cmp.Or(chosen, w.Text)
		}
	}
	if a, known := s.accounts.Named(chosen); known {
		return wechat.Accounts{a}
	}
	fitting := s.fitting(c)
	if at := slices.IndexFunc(fitting, func(a wechat.Account) bool { return a.AppID() == call.usual }); at >= 0 {
		return fitting[at : at+1]
	}
	return fitting
}

// audienceNames are the audiences of accounts that somebody may see and whose name has what they
// typed.
func (s *sight) audienceNames(ctx context.Context, call Call, of wechat.Accounts, typed string) (all []string, err error) {
	looking, cancel := context.WithTimeout(ctx, seeWithin)
	defer cancel()
	typed = strings.TrimPrefix(foldName(typed), "@")
	for _, a := range of {
		names, err := s.audiences.Names(ctx, a.AppID())
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if len(all) == optionsShown || !strings.Contains(foldName(name), typed) || slices.Contains(all, name) {
				continue
			}
			of, err := s.audienceOrigin(ctx, a.AppID(), name)
			if err == nil && s.sees(looking, call, of) == nil { // else it is gone meanwhile, or not theirs to see
				all = append(all, name)
			}
		}
	}
	return all, nil
}

// templateChoices are the templates of accounts that a command sends with.
func templateChoices(b *Book, c *Command, of wechat.Accounts, typed string) (choices []cards.Choice) {
	typed = foldName(typed)
	for _, a := range of {
		known := b.on(a.AppID()).templates
		if known == nil {
			continue
		}
		lists := slices.Concat(known.known(false), known.known(true))
		switch c.templates {
		case ofSubscriptions:
			lists = known.known(false)
		case ofService:
			lists = known.known(true)
		}
		for _, t := range lists {
			names := append([]string{t.Title}, known.nicknamesOf(t.ID)...)
			if len(choices) < optionsShown && strings.Contains(foldName(strings.Join(append(names, t.ID), "\n")), typed) {
				choices = append(choices, cards.Choice{Value: t.ID, Label: cards.Plain(strings.Join(names, " · "))})
			}
		}
	}
	return choices
}

// chosenAudience has an audience that was chosen in a form stand for the people.
func chosenAudience(values map[string]string) map[string]string {
	name := strings.TrimFunc(values[audienceKey], isSpace)
	if name == "" {
		return values
	}
	out := map[string]string{}
	for key, value := range values {
		if key != audienceKey {
			out[key] = value
		}
	}
	out["to"] = strings.TrimPrefix(out["to"]+",@"+name, ",") // both are refused as a list is that has an audience in it
	return out
}
