package retention

import (
	"context"
	"time"
)

// Pace has a test called after each transaction, in the place of the rest.
func (r *Retainer) Pace(paced func(ctx context.Context, took time.Duration) error) { r.paced = paced }
