package commands

import (
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

// usage is the command's line with every argument in its place.
func (x *index) usage(c *Command) string {
	parts := []string{x.command, c.Path}
	for i := 0; i < len(c.args); i++ {
		part := c.args[i].usage()
		for c.args[i].Xor != "" && i+1 < len(c.args) && c.args[i+1].Xor == c.args[i].Xor {
			i++
			part += " | " + c.args[i].usage()
		}
		if !c.args[i].Required {
			part = "[" + part + "]"
		}
		parts = append(parts, part)
	}
	if c.Groups {
		parts = append(parts, "[-- …]")
	}
	return strings.Join(parts, " ")
}

func (a arg) usage() string {
	switch {
	case a.Inner:
		return "-- " + a.Holder
	case a.Tail:
		return a.Holder
	case a.Positional && len(a.Enum) > 0:
		return strings.Join(a.Enum, "|")
	case a.Positional:
		return a.Key
	case a.Data:
		return a.Holder
	case len(a.Enum) > 0:
		return a.Key + "=" + strings.Join(a.Enum, "|")
	case a.Holder != "":
		return a.Key + "=" + a.Holder
	case a.Lines:
		return a.Key + `="…"`
	}
	return a.Key + "=…"
}

// written is how the argument's name stands in a line.
func (a arg) written() string {
	switch {
	case a.Positional:
		return a.Key
	case a.Inner:
		return "-- " + a.Holder
	case a.Data, a.Tail:
		return a.Holder
	}
	return a.Key + "="
}

// said is a line as it is typed into Slack.
func (x *index) said(line string) string {
	line, _ = strings.CutPrefix(line, x.command)
	return x.command + " " + strings.TrimSpace(line)
}

// helpAll lists every command with one line each.
func (x *index) helpAll() cards.Card {
	card := cards.Card{Title: cards.T("help.title"), Body: []cards.Text{cards.T("help.intro", "command", cards.Code(x.said("help subscribe send")))}}
	for _, c := range x.commands {
		if !c.Hidden {
			card.Fields = append(card.Fields, cards.Field{Label: cards.Code(x.said(c.Path)), Value: cards.T("cmd." + c.dotted())})
		}
	}
	card.Notes = []cards.Text{cards.T("help.quotes")}
	return card
}

// helpOne shows a command's usage, every argument with its meaning, and examples.
func (x *index) helpOne(c *Command) cards.Card {
	card := cards.Card{
		Title: cards.T("help.of", "command", x.said(c.Path)),
		Body:  []cards.Text{cards.T("cmd." + c.dotted()), cards.T("help.usage", "usage", cards.Code(x.usage(c)))},
	}
	for _, a := range c.args {
		card.Fields = append(card.Fields, cards.Field{Label: cards.Code(a.written()), Value: c.helpOf(a)})
	}
	for _, example := range c.Examples {
		card.Body = append(card.Body, cards.T("help.example", "example", cards.Code(x.said(example))))
	}
	if c.Groups {
		card.Notes = append(card.Notes, cards.T("help.groups"))
	}
	card.Notes = append(card.Notes, cards.T("help.role."+roleName(c.Role)))
	if (c.ask != nil || c.prepare != nil) && c.needs() {
		card.Buttons = []cards.Button{{Label: cards.T("help.form"), Line: c.Path}}
	}
	return card
}

func (c *Command) helpOf(a arg) cards.Text {
	text := c.meaning(a)
	if a.Required {
		return cards.T("help.required", "meaning", text)
	}
	return text
}

func roleName(r outbox.Role) string {
	return [...]string{outbox.Everyone: "everyone", outbox.Sender: "sender", outbox.Approver: "approver", outbox.Admin: "admin"}[r]
}
