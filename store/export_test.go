package store

// DeliveriesToBatches is the migration that is written in Go.
var DeliveriesToBatches = deliveriesToBatches
