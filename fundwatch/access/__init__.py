"""Who reaches the warehouse beside the pipeline: roles of the portal, their rights, policies of readers."""
