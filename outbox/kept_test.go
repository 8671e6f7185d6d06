package outbox

import (
	"context"
	"slices"
	"testing"

	"magpie/cards"
)

func TestAKindMustSayWhereItsContentIsKept(t *testing.T) {
	t.Parallel()
	for name, keeps := range map[string]Keeping[string]{"nothing said": {}, "elsewhere, not how": Elsewhere[string](nil)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("Register: got no panic, want one")
				}
			}()
			Register(New(Options{}), Kind[string]{
				Name: "test.forgets", Keeps: keeps,
				Do:      func(context.Context, string, string) (Receipt, error) { return nil, nil },
				Content: func(string) []cards.Content { return nil },
			})
		})
	}
}

func TestChangesAreTold(t *testing.T) {
	t.Parallel()
	maybe := func(is string) Kept { return Kept{What: "wording", Is: is, Maybe: true} }
	title := func(of, is string) Kept { return Kept{What: "title", Of: of, Is: is} }
	for name, c := range map[string]struct {
		approved, now []Kept
		want          []Change
	}{
		"the same":            {[]Kept{title("", "Tea")}, []Kept{title("", "Tea")}, nil},
		"another":             {[]Kept{title("", "Tea")}, []Kept{title("", "Beer")}, []Change{{title("", "Beer"), "Tea"}}},
		"one more":            {[]Kept{title("1", "Tea")}, []Kept{title("1", "Tea"), title("2", "Cake")}, []Change{{title("2", "Cake"), ""}}},
		"one fewer":           {[]Kept{title("1", "Tea"), title("2", "Cake")}, []Kept{title("1", "Tea")}, []Change{{title("2", ""), "Cake"}}},
		"nothing became":      {nil, []Kept{title("", "")}, nil},
		"not known before":    {[]Kept{maybe("")}, []Kept{maybe("Hello {{thing1.DATA}}")}, nil},
		"not known any more":  {[]Kept{maybe("Hello")}, []Kept{maybe("")}, nil},
		"another, both known": {[]Kept{maybe("Hello")}, []Kept{maybe("Bye")}, []Change{{maybe("Bye"), "Hello"}}},
	} {
		if got := changes(c.approved, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%s: changes(%v, %v): got %v, want %v", name, c.approved, c.now, got, c.want)
		}
	}
	line := `subscribe send TPL1 to=A thing1=Tea`
	now := []Kept{{What: "template", Is: "TPL1"}, maybe("Hello"), {What: "whole", Is: "ab12"}}
	if got := changes(namedIn(line, now), now); len(got) != 1 || got[0].What != "whole" {
		t.Errorf("of terms from before content was kept: got %v, want only what the line does not name", got)
	}
}
