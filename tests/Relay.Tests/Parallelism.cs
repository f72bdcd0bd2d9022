// Fixtures run side by side; what measures its own thread's allocations or counts on the machine says so itself.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
