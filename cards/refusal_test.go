package cards_test

import (
	"errors"
	"fmt"
	"testing"

	"magpie/cards"
)

func TestARefusalIsToldByItsCode(t *testing.T) {
	t.Parallel()
	none := cards.Refuse("fault.none").WithCode(cards.NotFound)
	for _, test := range []struct {
		err   error
		codes []cards.RefusalCode
		want  bool
	}{
		{none, []cards.RefusalCode{cards.NotFound}, true},
		{fmt.Errorf("look: %w", none), []cards.RefusalCode{cards.NotWaiting, cards.NotFound}, true},
		{none, []cards.RefusalCode{cards.NotWaiting}, false},
		{cards.Refuse("fault.none"), []cards.RefusalCode{cards.NotFound}, false},
		{errors.New("no refusal"), []cards.RefusalCode{cards.NotFound}, false},
		{nil, []cards.RefusalCode{cards.NotFound}, false},
	} {
		if got := cards.IsRefused(test.err, test.codes...); got != test.want {
			t.Errorf("IsRefused(%v, %v): got %v, want %v", test.err, test.codes, got, test.want)
		}
	}
}
