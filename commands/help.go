package commands

import (
	"context"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

type helpArgs struct {
	Command []string `arg:"" optional:"" name:"COMMAND"`
}

func help() *Command {
	return &Command{
		Path:     "help",
		Role:     outbox.Everyone,
		Open:     true,
		Examples: []string{`help schedule`, `help subscribe send`, `help all`},
		grammar:  func() any { return new(helpArgs) },
		do: func(_ context.Context, b *Book, call Call, args []any) (Answer, error) {
			card, err := b.Help(args[0].(*helpArgs).Command...)
			return Answer{Card: card}, err
		},
	}
}

// Help explains the command of the path or the family of the name, or lists the families, or
// ("all") every command. It refuses, without a code, a path that is none, and offers those that
// it may mean.
func (b *Book) Help(path ...string) (cards.Card, error) {
	words := make([]Word, len(path))
	for i, word := range path {
		words[i] = Word{Text: word}
	}
	words = b.index.withoutCommand(words)
	if len(words) == 0 {
		return b.index.helpFamilies(), nil
	}
	if c, _ := b.index.find(words); c != nil && !c.Hidden {
		card := b.index.helpOne(c)
		card.Fields = append(card.Fields, b.served.helpOfAccount(c)...)
		return card, nil
	}
	if word := pathWord(words, 0); len(words) == 1 {
		if word == "all" || word == "全部" {
			return b.index.helpAll(), nil
		}
		if f, is := familyNamed(word); is {
			return b.index.helpFamily(f), nil
		}
	}
	return cards.Card{}, b.noHelp(words)
}

func (b *Book) noHelp(words []Word) *cards.Refusal {
	refusal := b.unknownPath(Call{Form: true}, words)
	said := pathWord(words, 0)
	for _, w := range words[1:] {
		said += " " + w.Text
	}
	refusal.Buttons = helpButtons(b.index.Suggest(said))
	return refusal
}

// helpPlan is a plan to explain a command, by its path, or a family by its name.
func (x *index) helpPlan(path string) Plan {
	h := x.lookup("help")
	return Plan{Command: h.Path, Role: h.Role, command: h, args: []any{&helpArgs{Command: strings.Fields(path)}}}
}
