namespace Relay.Simulation.Cluster;

/// <summary>A node as its database sees it: a writer that commits what waits, a heartbeat, and questions to the ledger.</summary>
internal sealed class SimulatedNode(EventQueue events, SimulatedDatabase database, ClusterParameters parameters, Random random)
{
    private int _inserts;
    private int _settlements;
    private double _oldestSettlement;
    private bool _isWriting;

    public Tally Spool { get; } = new();

    public Tally Ledger { get; } = new();

    public int WrittenRows { get; private set; }

    public void Start()
    {
        Repeat(parameters.MessagesPerNode * parameters.SpooledShare, Insert);
        Repeat(parameters.HeartbeatsPerNode, () => database.Commit(rows: 1, bytes: 0, static () => { }));
        Repeat(parameters.LedgerAsksPerNode, AskLedger);
    }

    private void Repeat(double perSecond, Action what) =>
        events.After(
            Exponential(perSecond),
            () =>
            {
                what();
                Repeat(perSecond, what);
            }
        );

    // Chance as of many clients that know nothing of each other.
    private double Exponential(double perSecond) => -Math.Log(1 - random.NextDouble()) / perSecond;

    private void Insert()
    {
        _inserts++;
        CommitWhatWaits();
    }

    private void Settle()
    {
        if (_settlements++ == 0)
        {
            _oldestSettlement = events.Now;
            events.After(parameters.Patience, CommitWhatWaits);
        }
    }

    private bool IsPatienceLost => _settlements > 0 && events.Now >= _oldestSettlement + parameters.Patience - 1e-9;

    private void CommitWhatWaits()
    {
        if (_isWriting || (_inserts == 0 && !IsPatienceLost))
        {
            return;
        }

        var (inserts, settlements) = (Math.Min(_inserts, parameters.LargestBatch), Math.Min(_settlements, parameters.LargestBatch));
        (_inserts, _settlements, _isWriting) = (_inserts - inserts, _settlements - settlements, true);
        var begin = events.Now;
        var rows = inserts + settlements;
        database.Commit(rows, rows * parameters.WalBytesPerWrite, () => Committed(inserts, settlements, begin));
    }

    private void Committed(int inserts, int settlements, double begin)
    {
        Spool.Add(events.Now - begin);
        WrittenRows += inserts + settlements;
        _isWriting = false;
        for (var inserted = 0; inserted < inserts; inserted++)
        {
            events.After(Exponential(1 / parameters.DeliveryTime), Settle);
        }

        CommitWhatWaits();
    }

    private void AskLedger()
    {
        var begin = events.Now;
        database.AskLedger(() => Ledger.Add(events.Now - begin));
    }
}
