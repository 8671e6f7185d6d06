package commands

import (
	"fmt"

	"magpie/cards"
)

// onPage is how many of a list stand on one page of a table.
const onPage = 10

type pageArgs struct {
	Page *Number `name:"page" example:"2"`
}

// pageOf is a page of a list, from 1, with the buttons of the lines that show those beside it.
func pageOf[T any](b *Book, call Call, all []T, asked *Number, line string) (shown []T, note []cards.Text, buttons []cards.Button) {
	of := max(1, (len(all)+onPage-1)/onPage)
	page := 1
	if asked != nil {
		page = int(min(max(*asked, 1), Number(of)))
	}
	turn := func(label cards.Text, to int) {
		said := fmt.Sprintf("%s page=%d", line, to)
		if call.named != "" {
			said = withAccount(said, b.served.accounts.Of(call.named).Name)
		}
		buttons = append(buttons, cards.Button{Label: label, Line: said})
	}
	if page > 1 {
		turn(cards.T("answer.page_previous"), page-1)
	}
	if page < of {
		turn(cards.T("answer.page_next"), page+1)
	}
	if of > 1 {
		note = []cards.Text{cards.T("answer.page", "n", page, "of", of)}
	}
	return all[(page-1)*onPage : min(page*onPage, len(all))], note, buttons
}
