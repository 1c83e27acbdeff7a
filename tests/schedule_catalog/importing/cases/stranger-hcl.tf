resource "aws_scheduler_schedule" "close" {
  schedule_expression = "rate(1 hour)"
}
