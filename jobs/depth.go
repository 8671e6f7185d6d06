package jobs

import (
	"context"
	"fmt"
)

// Depth is how many jobs of each queue wait to be worked, or to be tried again after a failure,
// in all processes together; of those that are put off to a later time it counts none.
func (j *Jobs) Depth(ctx context.Context) (map[Queue]int, error) {
	rows, err := j.DB.Query(ctx, "select queue, count(*) from river_job where state in ('available', 'retryable') group by queue")
	if err != nil {
		return nil, fmt.Errorf("count the jobs that wait: %w", err)
	}
	defer rows.Close()
	depth := map[Queue]int{}
	for rows.Next() {
		var queue Queue
		var count int
		if err := rows.Scan(&queue, &count); err != nil {
			return nil, fmt.Errorf("count the jobs that wait: %w", err)
		}
		depth[queue] = count
	}
	return depth, rows.Err()
}
