package jobs

import (
	"context"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// failures hears from River of attempts that failed.
type failures struct{ told func(Queue) }

// HandleError fulfils River's error handler.
func (f failures) HandleError(_ context.Context, row *rivertype.JobRow, _ error) *river.ErrorHandlerResult {
	return f.note(row)
}

// HandlePanic fulfils River's error handler.
func (f failures) HandlePanic(_ context.Context, row *rivertype.JobRow, _ any, _ string) *river.ErrorHandlerResult {
	return f.note(row)
}

func (f failures) note(row *rivertype.JobRow) *river.ErrorHandlerResult {
	if f.told != nil {
		f.told(Queue(row.Queue))
	}
	return nil
}
