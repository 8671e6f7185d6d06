package commands

import (
	"context"
	"reflect"
	"slices"

	"magpie/cards"
)

// forPeople are the commands by which somebody decides, or says who decides: no program says
// them, whoever's token it has. To decide is to let something go out or go on, to say what was
// meant, and to change what everybody's lines mean. To ask is none, nor is to hold back (pause,
// stop, withdraw): what is held, people let go on.
var forPeople = []string{
	"approve", "reject", "ask-changes", "again", "again failed", "leave", "anyway", "article waive", "schedule missed",
	"resume", "resume-all", "schedule resume", "account use", "template name", "away", "me", "token new", "token revoke", "forget",
}

func isForPeople(path string) bool { return slices.Contains(forPeople, path) }

// decides is the argument of a plan that answers a question which a person is asked, as sure=
// does; "" is none.
func (p Plan) decides() string {
	if p.command == nil {
		return ""
	}
	for _, a := range p.command.args {
		for _, grammar := range p.args {
			if a.People && !reflect.ValueOf(grammar).Elem().FieldByIndex(a.at).IsZero() {
				return a.Key
			}
		}
	}
	return ""
}

// peopleOnly refuses a program's line that people alone say: for its command, or for an answer
// in it to what a person is asked. The refusal is on record.
func (b *Book) peopleOnly(ctx context.Context, call Call, plan Plan) error {
	what := plan.Command
	if !isForPeople(what) {
		key := plan.decides()
		if key == "" {
			return nil
		}
		what += " " + key + "="
	}
	return b.refused(ctx, call, &notAllowed{cards.Refuse("fault.token_people", "line", cards.Code(what)).WithCode(cards.LacksRole)})
}

// asksBack reports whether an answer is a question to a person about the plan's own line: one of
// its buttons says the line again, with an answer in it.
func (x *index) asksBack(plan Plan, answer Answer) bool {
	return len(answer.Card.Body) > 0 && slices.ContainsFunc(answer.Card.Buttons, func(button cards.Button) bool {
		words, err := Lex(button.Line)
		if err != nil {
			return false
		}
		c, rest := x.find(x.withoutCommand(words))
		return c == plan.command && slices.ContainsFunc(c.given(rest), func(g given) bool { return g.arg.People })
	})
}
